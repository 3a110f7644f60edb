using System.Diagnostics;
using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Retrieval;

namespace RvcNative.Rvc.Conversion;

/// <summary>
/// Says recordings again in a voice (mainline infer/vc/pipeline.py, Pipeline). Keeps the voice's weights and the programs that it has compiled,
/// so many recordings go through one converter, one after the other.
/// </summary>
public sealed class Converter : IDisposable
{
    private readonly VoiceFile _voice;
    private readonly IPitchExtractor _pitch;
    private readonly IFeatureExtractor _features;
    private readonly RetrievalIndex? _index;
    private readonly PieceSynthesizer _synthesizer;

    /// <param name="pitch">Null takes the built-in one, pYIN.</param>
    /// <param name="features">Null takes the built-in ones, which fit voices trained on them.</param>
    /// <param name="index">Features to draw those of recordings to; null for none.</param>
    /// <exception cref="FileFormatException">
    /// Weights of the voice are missing or damaged, it makes other than 100 frames a second, or the index is of another voice's features.
    /// </exception>
    public Converter(
        Backend backend, VoiceFile voice, IPitchExtractor? pitch = null, IFeatureExtractor? features = null, RetrievalIndex? index = null)
    {
        ModelPlan plan = voice.Plan;
        _voice = voice;
        _pitch = pitch ?? new PyinPitch();
        _features = features ?? new BuiltInFeatures(plan.PhoneChannels);
        if (plan.SamplesPerFrame * ConversionPieces.FramesPerSecond != plan.SampleRateHz)
        {
            throw new FileFormatException(voice.FilePath, $"['config'] says {plan.SampleRateHz} Hz, but its upsampling rates make "
                + $"{plan.SamplesPerFrame} samples of a frame; conversion has {ConversionPieces.FramesPerSecond} frames a second, so "
                + $"{plan.SampleRateHz / ConversionPieces.FramesPerSecond} are wanted");
        }

        if (_features.Channels != plan.PhoneChannels)
        {
            throw new ArgumentException(
                $"'{_features.Name}' gives features of {_features.Channels} values, {voice.FilePath} takes {plan.PhoneChannels}");
        }

        if (index is not null && index.Dimension != plan.PhoneChannels)
        {
            throw new FileFormatException(index.Name, $"holds features of {index.Dimension} values, {voice.FilePath} takes {plan.PhoneChannels}; "
                + $"take the index that was built with this voice ({(plan.PhoneChannels == 256 ? "v1" : "v2")})");
        }

        _index = index;
        _synthesizer = new PieceSynthesizer(backend, voice.Load(backend));
        string trained = voice.Extraction?.Features ?? Embedders.ContentVec;
        if (trained != _features.Name)
        {
            Warnings = [$"{voice.FilePath} was trained on features of {trained}; with those of {_features.Name} it does not speak intelligibly"];
        }
    }

    public ModelPlan Plan => _voice.Plan;

    /// <summary>Why the result may disappoint, in whole sentences for the user.</summary>
    public IReadOnlyList<string> Warnings { get; } = [];

    /// <summary>Converts one recording.</summary>
    /// <exception cref="ArgumentException">A setting is out of range for this voice, such as a speaker that it does not have.</exception>
    /// <exception cref="FileFormatException">The voice makes something that is no sound.</exception>
    public ConvertedAudio Convert(
        ConversionInput input, ConversionSettings settings, IProgress<ConversionProgress>? progress = null, CancellationToken cancellation = default)
    {
        settings.Check(Plan);
        int reach = _synthesizer.Reach;
        if (settings.Cuts.PadSeconds * ConversionPieces.FramesPerSecond < reach)
        {
            throw new ArgumentException(
                $"a pad of {settings.Cuts.PadSeconds} s is shorter than the {reach} frames that this voice's decoder reaches");
        }

        long started = Stopwatch.GetTimestamp();
        ConversionPieces recording = ConversionPieces.Of(input.Samples, settings.Cuts);
        double filterMs = Lap(ref started);
        bool fills = settings.FillUnvoiced ?? _voice.Extraction?.FillsUnvoiced ?? false;
        PitchCurve? pitch = Plan.HasPitch ? PitchCurve.Of(recording, _pitch, fills, settings.PitchSemitones, settings.GivenPitchHz) : null;
        double pitchMs = Lap(ref started), featuresMs = 0, retrievalMs = 0, synthesisMs = 0;

        int hop = Plan.SamplesPerFrame, written = 0, done = 0;
        float[] output = new float[(recording.Frames - (2 * recording.PadFrames)) * hop];
        foreach (ConversionPiece piece in recording.Pieces)
        {
            cancellation.ThrowIfCancellationRequested();
            float[] features = _features.Extract(recording.SamplesOf(piece));
            featuresMs += Lap(ref started);
            float[] phone = PieceFeatures.Of(features, Plan.PhoneChannels, _index, pitch is null ? [] : pitch.Found(piece), settings);
            retrievalMs += Lap(ref started);
            float[] audio = _synthesizer.Run(
                new PieceInput(
                    piece.Frames, phone, pitch is null ? [] : pitch.Classes(piece), pitch is null ? [] : pitch.Hz(piece),
                    settings.Speaker, piece.FirstFrame),
                settings.NoiseScale, settings.Seed);
            ReadOnlySpan<float> own = audio.AsSpan(recording.PadFrames * hop, (piece.Frames - (2 * recording.PadFrames)) * hop);
            own.CopyTo(output.AsSpan(written));
            written += own.Length;
            synthesisMs += Lap(ref started);
            progress?.Report(new ConversionProgress(++done, recording.Pieces.Count));
        }

        output = Finish(output, recording.Filtered, settings);
        return new ConvertedAudio(
            output, settings.OutputRateHz ?? Plan.SampleRateHz, recording.Pieces.Count,
            new ConversionTimings(filterMs, pitchMs, featuresMs, retrievalMs, synthesisMs, Lap(ref started)))
        {
            PitchHz = pitch?.OwnHz(recording) ?? [],
        };
    }

    public void Dispose() => _synthesizer.Dispose();

    private float[] Finish(float[] output, double[] filtered, ConversionSettings settings)
    {
        int wanted = (int)((((long)filtered.Length * Plan.SampleRateHz) + ConversionInput.SampleRateHz - 1) / ConversionInput.SampleRateHz);
        Array.Resize(ref output, wanted);
        foreach (float sample in output)
        {
            if (float.IsFinite(sample)) continue;
            throw new FileFormatException(_voice.FilePath, $"makes {sample} in the place of sound; its training diverged, take an earlier one");
        }

        LoudnessMix.Apply(filtered, ConversionInput.SampleRateHz, output, Plan.SampleRateHz, settings.RmsMix);
        output = Resampler.Resample(output, Plan.SampleRateHz, settings.OutputRateHz ?? Plan.SampleRateHz);
        OutputLevel.LimitOutput(output);
        return output;
    }

    private static double Lap(ref long started)
    {
        double elapsedMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        started = Stopwatch.GetTimestamp();
        return elapsedMs;
    }
}
