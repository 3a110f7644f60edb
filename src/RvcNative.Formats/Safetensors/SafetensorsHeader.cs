using System.Buffers.Binary;
using System.Text.Json;

namespace RvcNative.Formats.Safetensors;

/// <summary>The JSON header of a safetensors file, checked: every byte after it belongs to exactly one tensor.</summary>
internal sealed class SafetensorsHeader
{
    private const long LongestHeaderBytes = 100_000_000;     // the reference implementation's bound

    internal sealed record Entry(string Name, FileDType DType, int[] Shape, long Begin, long End);

    internal List<Entry> Entries { get; } = [];

    internal Dictionary<string, string> Metadata { get; } = [];

    /// <summary>Byte offset in the file that the tensors' offsets count from.</summary>
    internal long DataStart { get; private set; }

    internal static SafetensorsHeader Read(string path, Stream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
        {
            throw new FileFormatException(path, $"not a safetensors file: 8 bytes of header length expected, the file has {stream.Length}; " +
                "fetch or export it again");
        }

        long headerBytes = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (headerBytes is < 2 or > LongestHeaderBytes || headerBytes > stream.Length - 8)
        {
            throw new FileFormatException(path, $"not a safetensors file, or cut short: its first 8 bytes announce a header of {headerBytes:N0} bytes, " +
                $"the file has {stream.Length:N0}; fetch or export it again");
        }

        byte[] json = new byte[headerBytes];
        stream.ReadExactly(json);
        SafetensorsHeader header = new() { DataStart = 8 + headerBytes };
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            foreach (JsonProperty property in document.RootElement.EnumerateObject()) header.Add(path, property);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new FileFormatException(path, $"the safetensors header is not the JSON that was expected: {exception.Message}", exception);
        }

        header.CheckLayout(path, stream.Length);
        return header;
    }

    internal static string Name(FileDType dtype) => dtype switch
    {
        FileDType.Float16 => "F16",
        FileDType.BFloat16 => "BF16",
        FileDType.Float32 => "F32",
        FileDType.Float64 => "F64",
        FileDType.Int8 => "I8",
        FileDType.UInt8 => "U8",
        FileDType.Int16 => "I16",
        FileDType.Int32 => "I32",
        FileDType.Int64 => "I64",
        _ => "BOOL",
    };

    private void Add(string path, JsonProperty property)
    {
        if (property.Name == "__metadata__")
        {
            foreach (JsonProperty item in property.Value.EnumerateObject()) Metadata[item.Name] = item.Value.GetString() ?? "";
            return;
        }

        string type = property.Value.GetProperty("dtype").GetString() ?? "";
        FileDType? dtype = null;
        foreach (FileDType candidate in Enum.GetValues<FileDType>()) if (Name(candidate) == type) dtype = candidate;
        if (dtype is null)
        {
            throw new FileFormatException(path, $"tensor '{property.Name}' has type {type}; known are F16 BF16 F32 F64 I8 U8 I16 I32 I64 BOOL");
        }

        int[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        JsonElement offsets = property.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
        {
            throw new FileFormatException(path, $"tensor '{property.Name}' has {offsets.GetArrayLength()} data_offsets, expected 2");
        }

        Entries.Add(new Entry(property.Name, dtype.Value, shape, offsets[0].GetInt64(), offsets[1].GetInt64()));
    }

    private void CheckLayout(string path, long fileBytes)
    {
        HashSet<string> names = [];
        foreach (Entry entry in Entries)
        {
            if (!names.Add(entry.Name)) throw new FileFormatException(path, $"tensor '{entry.Name}' is listed twice");
            CheckSize(path, entry);
        }

        long expected = 0;
        foreach (Entry entry in Entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != expected)
            {
                throw new FileFormatException(path, $"tensor '{entry.Name}' starts at byte {entry.Begin:N0} of the data, expected {expected:N0}: " +
                    (entry.Begin < expected ? "tensors overlap" : "there is a hole"));
            }

            expected = entry.End;
        }

        long found = fileBytes - DataStart;
        if (found != expected)
        {
            throw new FileFormatException(path, $"{expected:N0} bytes of tensor data expected, found {found:N0}: " +
                (found < expected ? "the file is cut short; fetch it again" : "something follows the last tensor"));
        }
    }

    private static void CheckSize(string path, Entry entry)
    {
        long bytes;
        try
        {
            bytes = FileTensor.CountElements(entry.Shape) * entry.DType.ByteCount();
        }
        catch (ArgumentException exception)
        {
            throw new FileFormatException(path, $"tensor '{entry.Name}': {exception.Message}", exception);
        }

        if (entry.Begin < 0 || entry.End < entry.Begin || entry.End - entry.Begin != bytes || bytes > Array.MaxLength)
        {
            throw new FileFormatException(path, $"tensor '{entry.Name}' {Name(entry.DType)} [{string.Join(", ", entry.Shape)}] takes {bytes:N0} bytes, " +
                $"its data_offsets are {entry.Begin:N0} to {entry.End:N0}");
        }
    }
}
