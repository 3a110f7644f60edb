using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Data;

/// <summary>What became of one clip; no <see cref="Problem"/> means that all its files are there.</summary>
internal readonly record struct ClipOutcome(string Name, bool PitchComputed, bool FeaturesComputed, string? Problem);

/// <summary>Makes the files of one clip that are not there yet; for several threads at once. Extractors that are not take turns.</summary>
/// <param name="pitch">Null: pitch is not computed, only wanted or not.</param>
/// <param name="pitchFiles">Curve or folder of curves that are taken instead; null for none.</param>
/// <param name="features">Null: features are not computed, only looked for.</param>
internal sealed class ClipExtraction(
    ExperimentFolder experiment, IPitchExtractor? pitch, string? pitchFiles, bool wantsPitch, bool fillUnvoiced, IFeatureExtractor? features, int channels)
{
    private const string PitchStage = "pitch";
    private readonly Lock _turn = new();
    private readonly ClipKeys _keys = new(experiment);
    private readonly (string Waves, string Waves16k) _chunks = experiment.Chunks;
    private readonly string _featureStage = $"features{channels}";

    /// <summary>The pitch that the clip's file holds, in Hz; null where there is none.</summary>
    internal double[]? PitchOf(string name) => ClipFiles.ReadPitch(HzPath(name));

    internal FileListLine Line(string name, int speaker) =>
        new(WavePath(name), FeaturePath(name), wantsPitch ? ClassesPath(name) : null, wantsPitch ? HzPath(name) : null, speaker);

    internal ClipOutcome Run(string name)
    {
        if (!File.Exists(WavePath(name))) return new(name, false, false, $"'{WavePath(name)}' is missing");
        float[] wave;
        try
        {
            AudioBuffer audio = WavFile.Read(WavePath16k(name));
            if (audio.SampleRateHz != 16000) return new(name, false, false, $"its wav in {Path.GetFileName(_chunks.Waves16k)} has {audio.SampleRateHz} Hz instead of 16000");
            wave = audio.ToMono();
        }
        catch (AudioFileException failure)
        {
            return new(name, false, false, failure.Message);
        }
        if (wave.Length < 400) return new(name, false, false, $"it is shorter than 25 ms ({wave.Length} samples at 16 kHz)");

        // What another program made is not held against anything.
        string ofWave = ClipKeys.Of(WavePath16k(name));
        string? ofPitch = pitchFiles is null ? ofWave : KeyWithCurve(name);
        bool isPitchStale = pitch is not null && ofPitch is not null && _keys.IsStale(name, PitchStage, ofPitch);
        bool computePitch = wantsPitch && (isPitchStale || !ClipFiles.IsGoodPitch(ClassesPath(name), HzPath(name), wave.Length));
        if (computePitch && ComputePitch(name, wave) is { } pitchProblem) return new(name, false, false, pitchProblem);
        if (wantsPitch && pitch is not null && ofPitch is not null) _keys.Note(name, PitchStage, ofPitch);
        bool areFeaturesStale = features is not null && _keys.IsStale(name, _featureStage, ofWave);
        bool computeFeatures = areFeaturesStale || !ClipFiles.IsGoodFeatures(FeaturePath(name), wave.Length, channels);
        if (computeFeatures && ComputeFeatures(name, wave) is { } featureProblem) return new(name, computePitch, false, featureProblem);
        if (features is not null) _keys.Note(name, _featureStage, ofWave);
        return new(name, computePitch, computeFeatures, null);
    }

    private string WavePath(string name) => Path.Combine(_chunks.Waves, name + ".wav");

    private string WavePath16k(string name) => Path.Combine(_chunks.Waves16k, name + ".wav");

    // Null for a curve that is not there: what was made of it stays.
    private string? KeyWithCurve(string name)
    {
        try
        {
            return ClipKeys.Of(WavePath16k(name), PitchFile.For(pitchFiles!, name));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private string FeaturePath(string name) => Path.Combine(experiment.Features(channels), name + ".npy");

    private string ClassesPath(string name) => Path.Combine(experiment.PitchClasses, name + ".wav.npy");

    private string HzPath(string name) => Path.Combine(experiment.PitchHz, name + ".wav.npy");

    private string? ComputePitch(string name, float[] wave)
    {
        if (pitch is null) return "the program that made the pitch left it out";
        int frames = wave.Length / ClipFiles.PitchHopSamples;
        double[] hz;
        try
        {
            hz = pitchFiles is null ? InTurn(pitch.IsConcurrent, () => pitch.Extract(wave)) : PitchFile.Read(PitchFile.For(pitchFiles, name), frames);
        }
        catch (Exception failure) when (pitchFiles is not null && failure is FileFormatException or FileNotFoundException)
        {
            return failure.Message;
        }

        if (hz.Length != frames)
            throw new InvalidOperationException($"'{pitch.Name}' gave {hz.Length} pitch values for {wave.Length} samples; {frames} are wanted.");
        if (Array.Exists(hz, value => !double.IsFinite(value))) return $"'{pitch.Name}' gave a pitch that is not finite";
        if (fillUnvoiced && !PitchClasses.FillUnvoiced(hz)) return "no frame is voiced, so there is no pitch to fill gaps with";
        ClipFiles.WritePitch(ClassesPath(name), HzPath(name), hz);
        return null;
    }

    private string? ComputeFeatures(string name, float[] wave)
    {
        if (features is null) return "the program that made the features left it out";
        float[] values = InTurn(features.IsConcurrent, () => features.Extract(wave));
        if (values.Length == 0 || values.Length % channels != 0)
            throw new InvalidOperationException($"'{features.Name}' gave {values.Length} values; a multiple of {channels} above 0 is wanted.");
        if (Array.Exists(values, value => !float.IsFinite(value))) return $"'{features.Name}' gave features that are not finite";
        ClipFiles.WriteFeatures(FeaturePath(name), values, channels);
        return null;
    }

    // One turn for both: they may share a backend.
    private T InTurn<T>(bool isConcurrent, Func<T> extract)
    {
        if (isConcurrent) return extract();
        lock (_turn) return extract();
    }
}
