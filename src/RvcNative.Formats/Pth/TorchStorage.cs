namespace RvcNative.Formats.Pth;

/// <summary>Where a checkpoint's storages lie: members of a zip, or stretches of a legacy file.</summary>
internal interface IStorageSource
{
    /// <summary>Bytes that the file holds for a storage; known before they are read. Throws when the file has no such storage.</summary>
    long ByteCount(string key);

    /// <summary>All bytes of the storage, checked.</summary>
    byte[] Read(string key);
}

/// <summary>
/// A storage as a persistent id names it: <paramref name="dtype"/> is null for bytes without a type (torch.UntypedStorage). If it shall
/// <paramref name="keep"/> its bytes, the tensors that share it read the file once.
/// </summary>
internal sealed class TorchStorage(IStorageSource source, string typeName, FileDType? dtype, string key, long firstElement, long elements, bool keep)
    : PickleOpaque(typeName)
{
    private byte[]? _bytes;

    internal FileDType? DType => dtype;

    internal string Key => key;

    /// <summary>Elements before this one belong to the storage that this is a view of (legacy files only).</summary>
    internal long FirstElement => firstElement;

    /// <summary>Number of elements; of bytes when there is no type.</summary>
    internal long Elements => elements;

    internal long ByteCount => elements * (dtype?.ByteCount() ?? 1);

    internal byte[] Read() => keep ? _bytes ??= source.Read(key) : source.Read(key);

    /// <summary>Element type of torch.FloatStorage and its like; null when the name is not one of them.</summary>
    internal static FileDType? TypeOf(string storageName)
    {
        foreach (FileDType dtype in Enum.GetValues<FileDType>()) if (NameOf(dtype) == storageName) return dtype;
        return null;
    }

    internal static string NameOf(FileDType dtype) => dtype switch
    {
        FileDType.Float16 => "HalfStorage",
        FileDType.BFloat16 => "BFloat16Storage",
        FileDType.Float32 => "FloatStorage",
        FileDType.Float64 => "DoubleStorage",
        FileDType.Int8 => "CharStorage",
        FileDType.UInt8 => "ByteStorage",
        FileDType.Int16 => "ShortStorage",
        FileDType.Int32 => "IntStorage",
        FileDType.Int64 => "LongStorage",
        _ => "BoolStorage",
    };
}
