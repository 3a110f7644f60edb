using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RvcNative.Audio;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;
using RvcNative.Rvc.Validation;

namespace RvcNative.Benchmarks;

/// <summary>What a save's comparison with the recordings of a folder costs in processor time, without what a voice takes to say them: at the first save, and at later ones.</summary>
internal static class ValidationCost
{
    internal const string Command = "validation";

    private const int SampleRateHz = 40000, ClipSamples = 3 * SampleRateHz, Rounds = 3;

    internal static void Measure(string folder)
    {
        float[][] clips = [.. Directory.EnumerateFiles(folder, "*.wav").Order(StringComparer.Ordinal).SelectMany(Clips)], said = [.. clips.Select(Said)];
        DataSettings data = Presets.Of(ModelVersion.V2, SampleRateHz).Data;
        using CpuBackend backend = new(1);
        ClipComparison comparison = new(data, new MelTransform(backend, data, MelLossSettings.Mainline), MelLossSettings.Mainline.SpecFloor);
        string kept = Directory.CreateTempSubdirectory("rvcnative-validation-").FullName;
        double minutes = clips.Sum(clip => (double)clip.Length) / SampleRateHz / 60;
        for (int round = 0; round < Rounds; round++)
        {
            ReferenceStore store = new(kept, "");
            TimeSpan before = Environment.CpuUsage.TotalTime;
            ClipDistance[] distances = [.. clips.Select((clip, i) => comparison.Between(store.Of(clip, () => comparison.Of(clip), () => ClipComparison.SpectraOf(clip)), said[i]))];
            double seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds / minutes;
            string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', distances.Select(each => FormattableString.Invariant($"{each.MelL1:r} {each.Stft:r} {each.F0Cents:r} {each.Vuv:r}"))))));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(round == 0 ? "first save" : "later save")}: {seconds:f2} s of processor time a minute of clips ({minutes:f2} minutes); figures {hash[..16]}"));
        }

        Directory.Delete(kept, recursive: true);
    }

    private static IEnumerable<float[]> Clips(string path)
    {
        AudioBuffer audio = WavFile.Read(path);
        return Resampler.Resample(audio.ToMono(), audio.SampleRateHz, SampleRateHz).Chunk(ClipSamples).Where(clip => clip.Length > SampleRateHz);
    }

    // Half as loud, with some noise.
    private static float[] Said(float[] clip)
    {
        Random random = new(clip.Length);
        return [.. clip.Select(sample => (0.5f * sample) + (0.01f * (random.NextSingle() - 0.5f)))];
    }
}
