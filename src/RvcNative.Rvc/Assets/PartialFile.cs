using System.Text.Json;
using RvcNative.Formats;

namespace RvcNative.Rvc.Assets;

/// <summary>What a server said of the file of which a part is here.</summary>
/// <param name="Validator">Its strong ETag or, in its absence, its date of change; null for neither.</param>
/// <param name="Total">Bytes of the whole; null when the server did not say.</param>
internal sealed record PartialOrigin(string Address, string? Validator, long? Total);

/// <summary>A download that is not finished: NAME.part beside the final name, and NAME.part.json on where it comes from.</summary>
internal sealed class PartialFile(string target)
{
    internal string FilePath { get; } = target + ".part";

    private string OriginPath => FilePath + ".json";

    internal long Length => File.Exists(FilePath) ? new FileInfo(FilePath).Length : 0;

    /// <summary>Null when nothing is known of the part, which then cannot be gone on with.</summary>
    internal PartialOrigin? Origin()
    {
        try
        {
            if (!File.Exists(OriginPath)) return null;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(OriginPath));
            JsonElement root = document.RootElement;
            return new PartialOrigin(
                root.GetProperty("url").GetString()!, root.GetProperty("validator").GetString(),
                root.GetProperty("total") is { ValueKind: JsonValueKind.Number } total ? total.GetInt64() : null);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    internal void Describe(PartialOrigin origin) => AtomicFile.Write(OriginPath, stream =>
    {
        using Utf8JsonWriter json = new(stream);
        json.WriteStartObject();
        json.WriteString("url", origin.Address);
        json.WriteString("validator", origin.Validator);
        if (origin.Total is { } total) json.WriteNumber("total", total);
        else json.WriteNull("total");
        json.WriteEndObject();
    });

    /// <summary>Opens the part for writing behind its first bytes; only one process can.</summary>
    /// <exception cref="AssetException">Another process writes it.</exception>
    internal FileStream Open(long keep)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        try
        {
            FileStream stream = new(FilePath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
            stream.SetLength(keep);
            stream.Position = keep;
            return stream;
        }
        catch (IOException fault) when (fault is not (PathTooLongException or DirectoryNotFoundException))
        {
            throw new AssetException($"'{FilePath}' cannot be opened ({fault.Message}); is another download of it running?", fault);
        }
    }

    internal void Delete()
    {
        File.Delete(FilePath);
        File.Delete(OriginPath);
    }

    /// <summary>Gives the part its final name; an older file there is replaced.</summary>
    internal void Finish()
    {
        using (FileStream stream = new(FilePath, FileMode.Open, FileAccess.Write, FileShare.None)) stream.Flush(flushToDisk: true);
        File.Move(FilePath, target, overwrite: true);
        File.Delete(OriginPath);
    }
}
