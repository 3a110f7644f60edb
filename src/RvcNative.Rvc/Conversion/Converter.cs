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
    /// <summary>Frames of a piece whose arrays, some 15 KB a frame, are worth a collection: 20 s.</summary>
    private const int FramesToForget = 2000;
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

    /// <summary>Where long results lie until they are written; the system's folder for such by default.</summary>
    public string? WorkFolder { get; set; }

    /// <summary>The extractors' names.</summary>
    public string FeaturesName => _features.Name;

    /// <inheritdoc cref="FeaturesName"/>
    public string? PitchName => Plan.HasPitch ? _pitch.Name : null;

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
        using SampleSpool filtered = ConversionPieces.Filter(input, WorkFolder);
        IReadOnlyList<ConversionPart> parts = ConversionPart.Of(filtered.ToSignal(), settings.Cuts, settings.SplitsAtSilence);
        double filterMs = Lap(ref started);
        double[][] foundHz = Plan.HasPitch ? [.. parts.Select(part => PitchCurve.Find(part.Pieces, _pitch, settings.GivenPitchHz?.Skip(part.StartFrame).ToArray()))] : [];
        double[] ownHz = Plan.HasPitch ? OwnHz(parts, foundHz, input.Frames) : [];
        double semitones = settings.PitchSemitones + AutoPitch(ownHz, settings);
        double pitchMs = Lap(ref started);
        Stages stages = new();
        int pieces = parts.Sum(part => part.Pieces.Pieces.Count), done = 0;
        using ConversionOutput output = new(_voice.FilePath, Plan.SampleRateHz, ConversionOutput.SamplesOf(filtered.Count, Plan.SampleRateHz), settings, WorkFolder);
        for (int part = 0; part < parts.Count; part++)
        {
            PitchCurve? pitch = Plan.HasPitch ? PitchCurve.Of(foundHz[part], Fills(settings), semitones, settings.Autotune) : null;
            foreach (ConversionPiece piece in parts[part].Pieces.Pieces)
            {
                cancellation.ThrowIfCancellationRequested();
                Say(parts[part], piece, pitch, settings, output, stages);
                Forget(piece);
                progress?.Report(new ConversionProgress(++done, pieces));
            }
        }

        started = Stopwatch.GetTimestamp();
        SampleSpool finished = output.Finish(filtered);
        return new ConvertedAudio(
            finished, settings.OutputRateHz ?? Plan.SampleRateHz, pieces,
            new ConversionTimings(filterMs, pitchMs, stages.FeaturesMs, stages.RetrievalMs, stages.SynthesisMs, Lap(ref started)))
        {
            PitchHz = ownHz,
            PitchSemitones = semitones,
        };
    }

    public void Dispose() => _synthesizer.Dispose();

    private void Say(ConversionPart part, ConversionPiece piece, PitchCurve? pitch, ConversionSettings settings, ConversionOutput output, Stages stages)
    {
        long started = Stopwatch.GetTimestamp();
        float[] samples = part.Pieces.SamplesOf(piece);
        if (settings.FormantRatio != 1) samples = new FormantShift(settings.FormantRatio).Apply(samples);
        float[] features = _features.Extract(samples);
        stages.FeaturesMs += Lap(ref started);
        float[] phone = PieceFeatures.Of(features, Plan.PhoneChannels, piece.Frames, _index, pitch is null ? [] : pitch.Found(piece), settings);
        stages.RetrievalMs += Lap(ref started);
        float[] audio = _synthesizer.Run(
            new PieceInput(
                piece.Frames, phone, pitch is null ? [] : pitch.Classes(piece), pitch is null ? [] : pitch.Hz(piece),
                settings.Speaker, part.StartFrame + piece.FirstFrame),
            settings.NoiseScale, settings.Seed);
        int hop = Plan.SamplesPerFrame, pad = part.Pieces.PadFrames;
        int own = Math.Min((piece.Frames - (2 * pad)) * hop, part.SamplesFrom(piece.FirstFrame, hop));
        output.Add(part.StartFrame + piece.FirstFrame, audio.AsSpan(pad * hop, own));
        stages.SynthesisMs += Lap(ref started);
    }

    // The collector has no reason to run while memory is free, and would let an hour's arrays grow to as many hundred MB; a collection takes milliseconds beside a piece's seconds.
    private static void Forget(ConversionPiece piece)
    {
        if (piece.Frames >= FramesToForget) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private bool Fills(ConversionSettings settings) => settings.FillUnvoiced ?? _voice.Extraction?.FillsUnvoiced ?? false;

    // Towards the median that the voice had in training; a recording or a voice without one stays as it is.
    private double AutoPitch(double[] ownHz, ConversionSettings settings)
    {
        if (settings.AutoPitch == AutoPitchStep.Off || !Plan.HasPitch) return 0;
        double voiceHz = _voice.Extraction?.MedianPitchHz ?? throw new ArgumentException(
            $"{_voice.FilePath} does not say at which pitch it speaks (voices trained by rvcnative do); give the shift yourself with --pitch");
        return PitchTuning.MedianHz(ownHz) is { } hz ? PitchTuning.Shift(hz, voiceHz, (int)settings.AutoPitch) : 0;
    }

    private static double[] OwnHz(IReadOnlyList<ConversionPart> parts, double[][] foundHz, int frames)
    {
        double[] own = new double[frames];
        for (int part = 0; part < parts.Count; part++)
        {
            int pad = parts[part].Pieces.PadFrames;
            foundHz[part].AsSpan(pad..^pad).CopyTo(own.AsSpan(parts[part].StartFrame));
        }

        return own;
    }

    /// <summary>Milliseconds that pieces took so far.</summary>
    private sealed class Stages
    {
        internal double FeaturesMs, RetrievalMs, SynthesisMs;
    }

    private static double Lap(ref long started)
    {
        double elapsedMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        started = Stopwatch.GetTimestamp();
        return elapsedMs;
    }
}
