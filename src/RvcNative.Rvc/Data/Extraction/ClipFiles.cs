using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Formats.Npy;

namespace RvcNative.Rvc.Data;

/// <summary>Pitch and features of one clip as files: written in mainline's types, and judged whether they are whole and the clip's.</summary>
internal static class ClipFiles
{
    internal const int PitchHopSamples = 160, FeatureHopSamples = 320;

    /// <summary>Pitch in Hz as float64, then its classes as int64: a clip with classes has both.</summary>
    internal static void WritePitch(string classesPath, string hzPath, double[] hz)
    {
        long[] classes = [.. PitchClasses.Coarse(hz)];
        NpyFile.Write(hzPath, FileTensor.FromFloat64([hz.Length], hz));
        NpyFile.Write(classesPath, FileTensor.FromInt64([classes.Length], classes));
    }

    internal static void WriteFeatures(string path, float[] features, int channels) =>
        NpyFile.Write(path, FileTensor.FromFloat32([features.Length / channels, channels], features));

    /// <summary>Pitch in Hz; null where there is no whole file.</summary>
    internal static double[]? ReadPitch(string hzPath) => TryRead(hzPath) is { Shape: [_] } hz && hz.DType.IsFloat() ? hz.ToFloat64() : null;

    internal static bool IsGoodPitch(string classesPath, string hzPath, int samples16k) =>
        TryRead(classesPath) is { Shape: [int classes] } ofClasses && !ofClasses.DType.IsFloat()
        && TryRead(hzPath) is { Shape: [int frames] } ofHz && ofHz.DType.IsFloat()
        && classes == frames && Math.Abs(frames - samples16k / PitchHopSamples) <= 1;

    internal static bool IsGoodFeatures(string path, int samples16k, int channels) =>
        TryRead(path) is { Shape: [int frames, int width] } features && features.DType.IsFloat()
        && width == channels && frames > 0 && Math.Abs(frames - samples16k / FeatureHopSamples) <= 2;

    private static FileTensor? TryRead(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return NpyFile.Read(path);
        }
        catch (FileFormatException)
        {
            return null;
        }
    }
}
