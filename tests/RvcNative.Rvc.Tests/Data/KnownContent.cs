using RvcNative.Audio;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Tests.Data;

/// <summary>
/// A data set of which every sample is known: for each file its length in samples of its own and what has to become of it. Rates, channels and lengths are
/// odd on purpose.
/// </summary>
internal sealed class KnownContent
{
    private readonly string _folder;
    private readonly Dictionary<string, (int SampleRateHz, int Samples)> _files = [];

    internal KnownContent(string folder)
    {
        _folder = folder;
        Speech("anna/long.wav", 44100, 7.013, 2.5, 1.907);
        Speech("anna/deep/er/second.wav", 22050, 1.2071);
        Speech("bob/stereo.wav", 48000, channels: 2, scale: 1, 3.3333, 0.8, 2.0);
        Speech("bob/click.wav", 32000, channels: 1, scale: 1, 4.0, 1.0, 3.0001);
        Samples("bob/click.wav")[6 * 32000] = 30;
        Flush("bob/click.wav");
        Speech("anna/short.wav", 16000, 0.4);
        Speech("bob/tiny.wav", 8000, 0.012);
        Speech("bob/loud.wav", 24000, channels: 1, scale: 8, 2.5);
        Clip("bob/loud.wav");
        Speech("anna/whisper.wav", 44100, channels: 1, scale: 0.02f, 5.0);
        Write("anna/zeros.wav", 11025, new float[11025 * 3 + 7], 1);
        Speech("bob/broken.wav", 16000, 1.5);
        Samples("bob/broken.wav")[^3] = float.NaN;
        Flush("bob/broken.wav");
        Copy("anna/long.wav", "bob/copied.wav");
        File.WriteAllText(Path.Combine(folder, "anna", "text.flac"), "no music");
        File.WriteAllText(Path.Combine(folder, "list.txt"), "who spoke");
    }

    internal IReadOnlyDictionary<string, (int SampleRateHz, int Samples)> Files => _files;

    /// <summary>Where all of a file has one fate.</summary>
    internal static IReadOnlyDictionary<string, DropReason> Reasons { get; } = new Dictionary<string, DropReason>
    {
        ["bob/tiny.wav"] = DropReason.TooShort,
        ["anna/whisper.wav"] = DropReason.TooQuiet,
        ["anna/zeros.wav"] = DropReason.Silence,
        ["bob/broken.wav"] = DropReason.NotFinite,
        ["bob/copied.wav"] = DropReason.Duplicate,
        ["anna/text.flac"] = DropReason.Unreadable,
    };

    private readonly Dictionary<string, float[]> _samples = [];

    private float[] Samples(string file) => _samples[file];

    private void Flush(string file) => Write(file, _files[file].SampleRateHz, _samples[file], 1);

    private void Speech(string file, int sampleRateHz, params double[] seconds) => Speech(file, sampleRateHz, 1, 1, seconds);

    private void Speech(string file, int sampleRateHz, int channels, float scale, params double[] seconds)
    {
        float[] mono = MadeSpeech.Samples(sampleRateHz, 110 + file.Length * 7, seconds);
        Write(file, sampleRateHz, [.. mono.SelectMany(sample => Enumerable.Repeat(sample * scale, channels))], channels);
    }

    private void Clip(string file)
    {
        float[] samples = Samples(file);
        for (int i = 0; i < samples.Length; i++) samples[i] = Math.Clamp(samples[i], -1, 1);
        Flush(file);
    }

    private void Copy(string from, string to)
    {
        File.Copy(Path.Combine(_folder, from), Path.Combine(_folder, to));
        _files[to] = _files[from];
    }

    private void Write(string file, int sampleRateHz, float[] samples, int channels)
    {
        string path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WavFile.Write(path, new AudioBuffer(samples, sampleRateHz, channels));
        (_samples[file], _files[file]) = (samples, (sampleRateHz, samples.Length / channels));
    }
}
