using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RvcNative.Formats.Safetensors;

/// <summary>Named tensors in one file (huggingface/safetensors, format of version 0.3 on). Order and metadata are kept.</summary>
public sealed class SafetensorsFile
{
    private readonly Dictionary<string, FileTensor> _byName = [];

    private SafetensorsFile(string path, IReadOnlyDictionary<string, string> metadata, List<KeyValuePair<string, FileTensor>> tensors)
    {
        (FilePath, Metadata, Tensors) = (path, metadata, tensors);
        foreach ((string name, FileTensor tensor) in tensors) _byName.Add(name, tensor);
    }

    public string FilePath { get; }

    /// <summary>The header's __metadata__; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>All tensors in the header's order.</summary>
    public IReadOnlyList<KeyValuePair<string, FileTensor>> Tensors { get; }

    /// <exception cref="FileFormatException">No tensor has that name.</exception>
    public FileTensor this[string name] => _byName.TryGetValue(name, out FileTensor? tensor) ? tensor : throw Missing(name);

    public bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FileTensor? tensor) =>
        _byName.TryGetValue(name, out tensor);

    /// <summary>Reads all tensors once.</summary>
    /// <exception cref="FileFormatException">Short, overlapping or unknown data; the message says which tensor.</exception>
    public static SafetensorsFile Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        SafetensorsHeader header = SafetensorsHeader.Read(path, stream);
        List<KeyValuePair<string, FileTensor>> tensors = [];
        foreach (SafetensorsHeader.Entry entry in header.Entries)
        {
            byte[] data = new byte[entry.End - entry.Begin];
            stream.Position = header.DataStart + entry.Begin;
            stream.ReadExactly(data);
            tensors.Add(new(entry.Name, new FileTensor(entry.DType, entry.Shape, data)));
        }

        return new SafetensorsFile(path, header.Metadata, tensors);
    }

    /// <summary>Writes the tensors in the order given, atomically; the header is padded with spaces so that the data starts at a multiple of 8.</summary>
    /// <exception cref="ArgumentException">Two tensors share a name, or one is named __metadata__.</exception>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, FileTensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        byte[] header = Header(tensors, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
            stream.Write(prefix);
            stream.Write(header);
            foreach ((_, FileTensor tensor) in tensors) stream.Write(tensor.Data);
        });
    }

    private FileFormatException Missing(string name)
    {
        const int NamesShown = 12;
        string more = _byName.Count > NamesShown ? ", ..." : "";
        return new FileFormatException(FilePath, $"no tensor '{name}'; the file has {string.Join(", ", _byName.Keys.Take(NamesShown))}{more}");
    }

    private static byte[] Header(IReadOnlyList<KeyValuePair<string, FileTensor>> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        HashSet<string> names = ["__metadata__"];
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata) writer.WriteString(key, value);
                writer.WriteEndObject();
            }

            long offset = 0;
            foreach ((string name, FileTensor tensor) in tensors)
            {
                if (!names.Add(name)) throw new ArgumentException($"A safetensors file cannot hold two tensors named '{name}'.", nameof(tensors));
                writer.WriteStartObject(name);
                writer.WriteString("dtype", SafetensorsHeader.Name(tensor.DType));
                writer.WriteStartArray("shape");
                foreach (int length in tensor.Shape) writer.WriteNumberValue(length);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(offset);
                writer.WriteNumberValue(offset += tensor.Data.Length);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        while (json.Length % 8 != 0) json.WriteByte((byte)' ');
        return json.ToArray();
    }
}
