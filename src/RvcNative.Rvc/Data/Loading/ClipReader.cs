using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Data;

/// <summary>
/// Reads one clip as mainline's TextAudioLoaderMultiNSFsid (train/data_utils.py): features twice in a row, at most 900 frames, all cut to the
/// shortest. Pitch counts among them here; mainline pads a shorter pitch with class 0, which no clip has. Serves many threads.
/// </summary>
internal sealed class ClipReader(DataSettings data, ModelPlan plan, double magnitudeFloor)
{
    private const int MostFrames = 900;
    private const string AgainAdvice = "Delete the file and run `rvcnative extract` again.";

    private readonly Spectrogram _spectrogram = Spectrogram.Training(data.FftSamples, data.HopSamples, magnitudeFloor);

    internal long Bytes(int frames) => TrainingItem.Bytes(frames, plan.PhoneChannels, data.SpecBins, data.HopSamples);

    /// <summary>Frames of a clip, all of its files having been read and found fit; and which of them holds values that are not finite, null for none.</summary>
    internal (int Frames, string? NotFinite) Check(FileListLine line)
    {
        Parts parts = Load(line);
        string? bad = Array.Exists(parts.Wave, value => !float.IsFinite(value)) ? line.Wave
            : Array.Exists(parts.Features, value => !float.IsFinite(value)) ? line.Features
            : parts.F0 is { } f0 && Array.Exists(f0, value => !float.IsFinite(value)) ? line.PitchHz
            : null;
        return (parts.Frames, bad);
    }

    internal TrainingItem Read(FileListLine line, bool hasSpectrum)
    {
        Parts parts = Load(line);
        int frames = parts.Frames, channels = plan.PhoneChannels;
        float[] phone = new float[frames * channels];
        for (int t = 0; t < frames; t++) parts.Features.AsSpan(t / 2 * channels, channels).CopyTo(phone.AsSpan(t * channels));
        float[] spec = hasSpectrum ? _spectrogram.Magnitude(parts.Wave)[..(frames * data.SpecBins)] : [];
        return new TrainingItem
        {
            Name = Name(line),
            Speaker = line.Speaker,
            Frames = frames,
            Phone = phone,
            Pitch = parts.Pitch?[..frames],
            F0 = parts.F0?[..frames],
            Spec = spec,
            Wave = parts.Wave[..(frames * data.HopSamples)],
        };
    }

    internal double SecondsOf(int frames) => (double)frames * data.HopSamples / data.SampleRateHz;

    internal static string Name(FileListLine line) => Path.GetFileNameWithoutExtension(line.Wave);

    private readonly record struct Parts(int Frames, float[] Wave, float[] Features, long[]? Pitch, float[]? F0);

    private Parts Load(FileListLine line)
    {
        if (line.Speaker >= plan.Speakers)
        {
            throw new TrainingDataException($"'{line.Wave}' is of speaker {line.Speaker}, and the model has speakers 0 to {plan.Speakers - 1}; "
                + "raise spk_embed_dim in config.json or rename the folder of recordings.");
        }

        AudioBuffer audio = WavFile.Read(line.Wave);
        if (audio.SampleRateHz != data.SampleRateHz)
        {
            throw new TrainingDataException($"'{line.Wave}' has {audio.SampleRateHz} Hz and config.json wants {data.SampleRateHz} Hz; "
                + "run preprocess and extract again with one rate.");
        }

        float[] wave = audio.ToMono();
        FileTensor features = NpyFile.Read(line.Features);
        if (features.Shape is not [int rows, int channels] || channels != plan.PhoneChannels)
        {
            string version = plan.Version == ModelVersion.V1 ? "v1" : "v2", other = plan.Version == ModelVersion.V1 ? "v2" : "v1";
            throw Unfit(line.Features, $"[{string.Join(", ", features.Shape)}] values", $"[frames, {plan.PhoneChannels}] for a {version} voice",
                features.Shape is [_, 256 or 768] ? $"Say --version {other}, which they are for, or run `rvcnative extract --version {version}`." : AgainAdvice);
        }

        float[] values = features.ToFloat32();

        int frames = Math.Min(Math.Min(2 * rows, MostFrames), wave.Length > _spectrogram.PadSamples ? _spectrogram.Frames(wave.Length) : 0);
        long[]? pitch = null;
        float[]? f0 = null;
        if (plan.HasPitch)
        {
            pitch = Classes(line.PitchClasses!);
            f0 = NpyFile.Read(line.PitchHz!).ToFloat32();
            if (Array.Exists(f0, hz => hz < 0 && float.IsFinite(hz))) throw Unfit(line.PitchHz!, "a pitch below 0", "Hz from 0");
            frames = Math.Min(frames, Math.Min(pitch.Length, f0.Length));
        }
        return new Parts(frames, wave, values, pitch, f0);
    }

    private static long[] Classes(string path)
    {
        FileTensor classes = NpyFile.Read(path);
        if (classes.DType.IsFloat()) throw Unfit(path, $"{classes}", "whole numbers");
        long[] values = classes.ToInt64();
        bool fits = !Array.Exists(values, value => value is < 1 or >= PitchClasses.Count);
        return fits ? values : throw Unfit(path, "a class outside 1..255", "classes 1..255");
    }

    private static TrainingDataException Unfit(string path, string found, string wanted, string wayOut = AgainAdvice) => new($"'{path}' holds {found}; wanted are {wanted}. {wayOut}");
}
