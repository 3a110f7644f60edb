using RvcNative.Audio;
using RvcNative.Rvc.Configuration;

namespace RvcNative.Rvc.Data;

/// <summary>
/// Silence that every training hears, in logs/mute as mainline lays it out: 0_gt_wavs/mute40k.wav, 2a_f0/mute.wav.npy, 2b-f0nsf/mute.wav.npy and
/// 3_feature768/mute.EXTRACTOR.npy. Mainline's own mute.npy there is of its HuBERT: it is used for features that mainline made, and never written.
/// </summary>
internal static class MuteFiles
{
    private const int Seconds = 3, Samples16k = 16000 * Seconds;

    /// <summary>The line for one speaker, its files made where absent or of no use.</summary>
    /// <param name="features">Null when another program made the features.</param>
    /// <param name="channels">Width of the features.</param>
    /// <returns>Null when the features of silence are not known.</returns>
    internal static FileListLine? Ensure(ExperimentFolder experiment, int sampleRateHz, IFeatureExtractor? features, int channels, bool hasPitch)
    {
        string FileIn(string stage, string name) => Path.Combine(experiment.Mute, stage, name);
        string feature = FileIn(ExperimentFolder.Stages.Features(channels), features is null ? "mute.npy" : $"mute.{NameOf(features)}.npy");
        if (!IsGoodFeature(feature, channels))
        {
            if (features is null) return null;
            ClipFiles.WriteFeatures(feature, features.Extract(new float[Samples16k]), channels);
        }

        string rate = Presets.SampleRatesHz.First(each => each.Value == sampleRateHz).Key;
        string wave = FileIn(ExperimentFolder.Stages.Waves, $"mute{rate}.wav");
        if (!IsGoodWave(wave, sampleRateHz))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(wave)!);
            WavFile.Write(wave, new float[sampleRateHz * Seconds], sampleRateHz);
        }
        if (!hasPitch) return new FileListLine(wave, feature, null, null, 0);

        string classes = FileIn(ExperimentFolder.Stages.PitchClasses, "mute.wav.npy"), hz = FileIn(ExperimentFolder.Stages.PitchHz, "mute.wav.npy");
        if (!ClipFiles.IsGoodPitch(classes, hz, Samples16k)) ClipFiles.WritePitch(classes, hz, new double[Samples16k / ClipFiles.PitchHopSamples]);
        return new FileListLine(wave, feature, classes, hz, 0);
    }

    // Networks of one name differ in their weights.
    private static string NameOf(IFeatureExtractor features) => features.Hash is null ? features.Name : $"{features.Name}.{features.Hash}";

    private static bool IsGoodFeature(string path, int channels) => ClipFiles.IsGoodFeatures(path, Samples16k, channels);

    private static bool IsGoodWave(string path, int sampleRateHz)
    {
        if (!File.Exists(path)) return false;
        try
        {
            return WavFile.Read(path) is { Channels: 1 } wave && wave.SampleRateHz == sampleRateHz && wave.Frames >= sampleRateHz * Seconds / 2;
        }
        catch (AudioFileException)
        {
            return false;
        }
    }
}
