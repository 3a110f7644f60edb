namespace RvcNative.Formats.Safetensors;

/// <summary>A safetensors file whose tensors are read one by one, when they are asked for, by one thread at a time.</summary>
public sealed class SafetensorsReader : IDisposable
{
    private readonly FileStream _stream;
    private readonly Dictionary<string, SafetensorsHeader.Entry> _entries = [];
    private readonly long _dataStart;

    private SafetensorsReader(FileStream stream, SafetensorsHeader header)
    {
        (_stream, _dataStart) = (stream, header.DataStart);
        foreach (SafetensorsHeader.Entry entry in header.Entries) _entries.Add(entry.Name, entry);
    }

    /// <summary>Names with shapes, in the header's order.</summary>
    public IEnumerable<KeyValuePair<string, int[]>> Shapes => _entries.Values.Select(entry => KeyValuePair.Create(entry.Name, entry.Shape));

    /// <summary>Reads the header.</summary>
    /// <exception cref="FileFormatException">As <see cref="SafetensorsFile.Read"/>.</exception>
    public static SafetensorsReader Open(string path)
    {
        FileStream stream = File.OpenRead(path);
        try
        {
            return new SafetensorsReader(stream, SafetensorsHeader.Read(path, stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads one tensor.</summary>
    /// <exception cref="KeyNotFoundException">No tensor has that name.</exception>
    public FileTensor Load(string name)
    {
        SafetensorsHeader.Entry entry = _entries[name];
        byte[] data = new byte[entry.End - entry.Begin];
        _stream.Position = _dataStart + entry.Begin;
        _stream.ReadExactly(data);
        return new FileTensor(entry.DType, entry.Shape, data);
    }

    public void Dispose() => _stream.Dispose();
}
