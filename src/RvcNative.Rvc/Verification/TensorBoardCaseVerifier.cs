using System.Security.Cryptography;
using System.Text.Json;
using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Formats.Png;
using RvcNative.Formats.TensorBoard;

namespace RvcNative.Rvc.Verification;

/// <summary>
/// A TensorBoard event file: every event as listed, its image and sound, and the same again from a file that we write (kind tensorboard).
/// </summary>
internal sealed class TensorBoardCaseVerifier
{
    private const string Contents = "contents.json", EventMark = "tfevents", Scalars = "scalar_";
    private readonly GoldenCase _golden;
    private readonly ToleranceChecks _checks;
    private readonly IReadOnlyList<TensorBoardEvent> _events;

    private TensorBoardCaseVerifier(GoldenCase golden, ToleranceChecks checks, IReadOnlyList<TensorBoardEvent> events) =>
        (_golden, _checks, _events) = (golden, checks, events);

    internal static CaseReport Run(GoldenCase golden)
    {
        ToleranceChecks checks = new(golden);
        string path = golden.Files.Select(file => golden.Place(file.Name))
                .FirstOrDefault(file => Path.GetFileName(file).Contains(EventMark, StringComparison.Ordinal))
            ?? Directory.EnumerateFiles(golden.Directory, $"*{EventMark}*").FirstOrDefault()
            ?? throw new FileNotFoundException($"{golden.Directory}: there is no event file (events.out.tfevents…)");
        EventFile read = EventFile.Read(path);
        checks.Fact("events", Path.GetFileName(path), !read.IsCut, "its last record is cut");
        new TensorBoardCaseVerifier(golden, checks, read.Events).RunChecks("");
        using TemporaryFolder folder = new();
        new TensorBoardCaseVerifier(golden, checks, Rewritten(read.Events, folder.FullName)).RunChecks(" (written by us)");
        return checks.Report();
    }

    private void RunChecks(string suffix)
    {
        if (_golden.Has(Contents)) CheckEvents(suffix);
        else _checks.Note($"{Contents} is not in the folder");
        if (suffix.Length == 0)
        {
            _checks.Each(Compute, name => name.StartsWith(Scalars, StringComparison.Ordinal) ? "curves" : "image and sound");
            return;
        }

        foreach (JsonProperty entry in _golden.ExpectedEntries)
        {
            if (Compute(entry.Name) is { } ours) _checks.Compare("written by us", entry.Name, ours, entry.Name + suffix);
        }
    }

    private void CheckEvents(string suffix)
    {
        using JsonDocument contents = JsonDocument.Parse(File.ReadAllBytes(_golden.Place(Contents)));
        int listed = contents.RootElement.GetArrayLength(), wrong = 0;
        foreach ((JsonElement line, TensorBoardEvent item) in contents.RootElement.EnumerateArray().Zip(_events))
        {
            if (Difference(line, item) is not { } difference) continue;
            wrong++;
            _checks.Fail($"event {line.GetRawText()}{suffix}: {difference}");
        }

        _checks.Fact("events", $"{Contents}{suffix}", wrong == 0 && listed == _events.Count,
            $"{wrong} of {listed} events differ, {_events.Count} are in the file");
    }

    private static string? Difference(JsonElement line, TensorBoardEvent item)
    {
        if (!line.GetProperty("wall_time").GetDouble().Equals(item.WallTimeSeconds)) return $"its time is {item.WallTimeSeconds}";
        if (line.GetProperty("step").GetInt64() != item.Step) return $"its step is {item.Step}";
        if (line.TryGetProperty("file_version", out JsonElement version))
        {
            return version.GetString() == item.FileVersion ? null : $"its file version is {item.FileVersion}";
        }

        if (!line.TryGetProperty("tag", out JsonElement tag)) return null;
        if (item.Values.FirstOrDefault(value => value.Tag == tag.GetString()) is not { } found) return $"it has no value {tag}";
        if (line.TryGetProperty("simple_value", out JsonElement number))
        {
            return found is ScalarValue scalar && scalar.Value.Equals(number.GetSingle()) ? null : $"its value is {found}";
        }

        if (line.TryGetProperty("image", out JsonElement image)) return found is ImageValue picture ? Difference(image, picture) : "it is no image";
        return line.TryGetProperty("audio", out JsonElement audio) ? found is AudioValue sound ? Difference(audio, sound) : "it is no sound" : null;
    }

    private static string? Difference(JsonElement line, ImageValue image) =>
        line.GetProperty("height").GetInt32() != image.Height || line.GetProperty("width").GetInt32() != image.Width
            || line.GetProperty("colorspace").GetInt32() != image.Channels
            ? $"its image is {image.Width} x {image.Height} with {image.Channels} channels"
            : HashDifference(line, "png_sha256", image.Png) ?? HashDifference(line, "rgb_sha256", PngFile.Decode(image.Png, image.Tag).Pixels);

    private static string? Difference(JsonElement line, AudioValue audio) =>
        !line.GetProperty("sample_rate").GetSingle().Equals(audio.SampleRateHz) || line.GetProperty("channels").GetInt32() != audio.Channels
            || line.GetProperty("frames").GetInt64() != audio.Frames || line.GetProperty("content_type").GetString() != audio.ContentType
            ? $"its sound is {audio.Frames} frames of {audio.Channels} channels at {audio.SampleRateHz} Hz ({audio.ContentType})"
            : HashDifference(line, "wav_sha256", audio.Wav);

    private static string? HashDifference(JsonElement line, string key, byte[] bytes) =>
        !line.TryGetProperty(key, out JsonElement hash) || hash.GetString() == Convert.ToHexStringLower(SHA256.HashData(bytes))
            ? null
            : $"its bytes have another {key}";

    private FileTensor? Compute(string name)
    {
        IEnumerable<SummaryValue> values = _events.SelectMany(item => item.Values);
        if (name.StartsWith(Scalars, StringComparison.Ordinal))
        {
            float[] curve = [.. values.OfType<ScalarValue>().Where(value => Scalars + value.Tag.Replace('/', '_') == name)
                .Select(value => value.Value)];
            return FileTensor.FromFloat32([curve.Length], curve);
        }

        if (name == "image" && values.OfType<ImageValue>().FirstOrDefault() is { } image)
        {
            PngImage pixels = PngFile.Decode(image.Png, image.Tag);
            return FileTensor.FromUInt8([pixels.Height, pixels.Width, pixels.Channels], pixels.Pixels);
        }

        if (name != "audio_i16" || values.OfType<AudioValue>().FirstOrDefault() is not { } audio) return null;
        using MemoryStream wav = new(audio.Wav);
        short[] samples = [.. WavFile.Read(wav, audio.Tag).Samples.Select(sample => (short)(sample * 32768f))];
        return FileTensor.FromInt16([samples.Length], samples);
    }

    private static IReadOnlyList<TensorBoardEvent> Rewritten(IReadOnlyList<TensorBoardEvent> events, string folder)
    {
        using EventFileWriter writer = new(folder);
        int own = EventFile.Read(writer.FilePath).Events.Count;
        foreach (TensorBoardEvent item in events) writer.Write(item);
        return [.. EventFile.Read(writer.FilePath).Events.Skip(own)];
    }

    private sealed class TemporaryFolder : IDisposable
    {
        internal string FullName { get; } = Directory.CreateTempSubdirectory("rvcnative-verify-").FullName;

        public void Dispose() => Directory.Delete(FullName, recursive: true);
    }
}
