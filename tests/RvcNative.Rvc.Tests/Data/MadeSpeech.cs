using System.Security.Cryptography;
using RvcNative.Audio;

namespace RvcNative.Rvc.Tests.Data;

/// <summary>Sound that the slicer and the pitch tracker take for speech: a harmonic tone that wavers, with silence between.</summary>
internal static class MadeSpeech
{
    /// <param name="seconds">Tone and silence in turn, beginning with tone.</param>
    internal static float[] Samples(int sampleRateHz, double pitchHz, params double[] seconds)
    {
        List<float> samples = [];
        double phase = 0;
        for (int part = 0; part < seconds.Length; part++)
        {
            int count = (int)(seconds[part] * sampleRateHz);
            for (int i = 0; i < count; i++)
            {
                phase += 2 * Math.PI * pitchHz * (1 + 0.02 * Math.Sin(2 * Math.PI * 5 * i / sampleRateHz)) / sampleRateHz;
                double tone = Math.Sin(phase) + 0.5 * Math.Sin(2 * phase) + 0.3 * Math.Sin(3 * phase);
                samples.Add(part % 2 == 0 ? (float)(0.2 * tone) : 0);
            }
        }
        return [.. samples];
    }

    internal static void Write(string path, int sampleRateHz, double pitchHz, params double[] seconds)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WavFile.Write(path, new AudioBuffer(Samples(sampleRateHz, pitchHz, seconds), sampleRateHz), WavEncoding.Pcm16);
    }

    /// <summary>All files below a folder with their bytes, by relative path.</summary>
    internal static SortedDictionary<string, string> Files(string folder)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            files[Path.GetRelativePath(folder, file).Replace('\\', '/')] = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
        return files;
    }
}
