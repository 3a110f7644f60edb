using System.Globalization;
using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Formats.Safetensors;
using RvcNative.Formats.TensorBoard;
using RvcNative.Rvc.Configuration;

namespace RvcNative.Cli.Inspection;

/// <summary>One tensor of a file.</summary>
internal sealed record TensorEntry(string Name, string Type, int[] Shape);

/// <summary>What a file turned out to be.</summary>
internal sealed record Inspected(Facts Facts, IReadOnlyList<TensorEntry> Tensors);

/// <summary>Tells a file's kind by its first bytes, not by its name, and reads all of it, so that damage shows.</summary>
internal static class FileInspector
{
    private const int HeadBytes = 16;

    /// <exception cref="IOException">No such file, damaged, or of no kind that is known.</exception>
    internal static Inspected Inspect(string path)
    {
        if (Directory.Exists(path)) throw new IOException($"{path}: is a folder; name the files in it");
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such file", path);
        byte[] bytes = new byte[HeadBytes];
        using (FileStream stream = File.OpenRead(path)) bytes = bytes[..stream.ReadAtLeast(bytes, HeadBytes, throwOnEndOfStream: false)];
        ReadOnlySpan<byte> head = bytes;
        if (head.IsEmpty) throw new FileFormatException(path, "is empty (0 bytes)");
        if (head.StartsWith("PK"u8) || head[0] == 0x80) return CheckpointInspector.Inspect(path);
        if (head[0] == 0x93 && head[1..].StartsWith("NUMPY"u8)) return Npy(path);
        if (head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8) || head.StartsWith("BW64"u8)) return Wav(path);
        if (head.StartsWith("IwFl"u8) || head.StartsWith("IxF2"u8) || Path.GetExtension(path) == ".index") return IndexInspector.Inspect(path);
        if (head.TrimStart("\uFEFF \t\r\n"u8).StartsWith("{"u8)) return Config(path);
        if (Path.GetFileName(path).Contains("tfevents", StringComparison.Ordinal)) return Events(path);
        if (head.Length > 8 && head[8] == (byte)'{') return Safetensors(path);
        if (Path.GetExtension(path) is ".pth" or ".pt" or ".bin") return CheckpointInspector.Inspect(path);
        throw new FileFormatException(path,
            $"is of no kind that is known: it begins with {Convert.ToHexStringLower(head[..Math.Min(8, head.Length)])}; "
            + "known are .pth, .safetensors, .npy, .wav, .index, TensorBoard events and config.json");
    }

    private static Inspected Npy(string path)
    {
        FileTensor tensor = NpyFile.Read(path);
        return new Inspected(Start(path, "numpy array").Add("type", tensor.DType.TorchName()).Add("shape", Shape(tensor.Shape)).AddRange(tensor), []);
    }

    private static Inspected Wav(string path)
    {
        AudioBuffer audio = AudioFile.Decode(path);
        double peak = 0, squares = 0;
        foreach (float sample in audio.Samples)
        {
            peak = Math.Max(peak, Math.Abs(sample));
            squares += (double)sample * sample;
        }

        Facts facts = Start(path, "sound").Add("sample_rate_hz", audio.SampleRateHz).Add("channels", audio.Channels).Add("seconds", audio.Seconds)
            .Add("peak_db", Decibels(peak)).Add("rms_db", Decibels(Math.Sqrt(squares / Math.Max(1, audio.Samples.Length))));
        return new Inspected(facts, []);
    }

    private static Inspected Safetensors(string path)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        Facts facts = Start(path, "safetensors").Add("tensors", file.Tensors.Count)
            .Add("values", file.Tensors.Sum(tensor => (long)tensor.Value.Count));
        foreach ((string key, string value) in file.Metadata) facts.Add($"metadata.{key}", value);
        return new Inspected(facts,
            [.. file.Tensors.Select(tensor => new TensorEntry(tensor.Key, tensor.Value.DType.TorchName(), tensor.Value.Shape))]);
    }

    private static Inspected Events(string path)
    {
        EventFile file = EventFile.Read(path);
        List<SummaryValue> values = [.. file.Events.SelectMany(item => item.Values)];
        Facts facts = Start(path, "TensorBoard events").Add("events", file.Events.Count).Add("last_record_cut", file.IsCut);
        if (file.Events.Count > 0)
        {
            facts.Add("written_by", file.Events[0].SourceWriter)
                .Add("first_step", file.Events.Min(item => item.Step)).Add("last_step", file.Events.Max(item => item.Step))
                .Add("first_time", Time(file.Events[0].WallTimeSeconds)).Add("last_time", Time(file.Events[^1].WallTimeSeconds));
        }

        facts.Add("images", values.OfType<ImageValue>().Count()).Add("sounds", values.OfType<AudioValue>().Count());
        foreach (IGrouping<string, ScalarValue> curve in values.OfType<ScalarValue>().GroupBy(value => value.Tag))
        {
            facts.Add($"curve {curve.Key}", string.Create(CultureInfo.InvariantCulture,
                $"{curve.Count()} values, first {curve.First().Value:g6}, last {curve.Last().Value:g6}"));
        }

        return new Inspected(facts, []);
    }

    private static Inspected Config(string path)
    {
        RvcConfig config = ConfigFile.Read(path);
        return new Inspected(Start(path, "mainline configuration")
            .Add("sample_rate_hz", config.Data.SampleRateHz).Add("hop_samples", config.Data.HopSamples).Add("fft_samples", config.Data.FftSamples)
            .Add("mel_bands", config.Data.MelBands).Add("segment_samples", config.Train.SegmentSamples).Add("batch_size", config.Train.BatchSize)
            .Add("learning_rate", config.Train.LearningRate).Add("learning_rate_decay", config.Train.LearningRateDecay)
            .Add("epochs", config.Train.Epochs)
            .Add("hidden_channels", config.Model.HiddenChannels).Add("upsample_rates", config.Model.UpsampleRates.Select(rate => $"{rate}"))
            .Add("upsample_kernels", config.Model.UpsampleKernels.Select(kernel => $"{kernel}")).Add("speakers", config.Model.Speakers), []);
    }

    internal static Facts Start(string path, string kind) => new Facts(path).Add("kind", kind).Add("bytes", new FileInfo(path).Length);

    internal static string Shape(int[] shape) => $"[{string.Join(", ", shape)}]";

    private static Facts AddRange(this Facts facts, FileTensor tensor)
    {
        double[] values = tensor.ToFloat64(), finite = [.. values.Where(double.IsFinite)];
        if (finite.Length > 0) facts.Add("smallest", finite.Min()).Add("largest", finite.Max()).Add("mean", finite.Average());
        return finite.Length < values.Length ? facts.Add("not_finite", values.Length - finite.Length) : facts;
    }

    private static double Decibels(double level) => level > 0 ? Math.Round(20 * Math.Log10(level), 2) : double.NegativeInfinity;

    private static string Time(double seconds) => seconds is >= 0 and < 2.5e11
        ? DateTimeOffset.UnixEpoch.AddSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : "out of range";
}
