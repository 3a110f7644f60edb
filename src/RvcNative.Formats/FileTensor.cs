namespace RvcNative.Formats;

/// <summary>
/// An array as files hold it: row-major, little-endian bytes. <see cref="Data"/> is not copied and may be shared with other tensors
/// that a file keeps in one storage, so nobody writes to it. Equal when type, shape and bytes are.
/// </summary>
public sealed partial record FileTensor
{
    /// <exception cref="ArgumentException">The bytes do not fit type and shape, or a dimension is negative.</exception>
    public FileTensor(FileDType dtype, int[] shape, byte[] data)
    {
        long bytes = CountElements(shape) * dtype.ByteCount();
        if (data.Length != bytes)
        {
            throw new ArgumentException($"{dtype.TorchName()} [{string.Join(", ", shape)}] takes {bytes:N0} bytes, got {data.Length:N0}.",
                nameof(data));
        }

        (DType, Shape, Data) = (dtype, shape, data);
    }

    public FileDType DType { get; }

    /// <summary>Row-major dimensions; empty for a single number.</summary>
    public int[] Shape { get; }

    public byte[] Data { get; }

    /// <summary>Number of elements.</summary>
    public int Count => Data.Length / DType.ByteCount();

    /// <summary>Product of the dimensions; 1 for a single number.</summary>
    /// <exception cref="ArgumentException">A dimension is negative or the product leaves 64 bits.</exception>
    public static long CountElements(ReadOnlySpan<int> shape)
    {
        Int128 count = 1;
        foreach (int length in shape)
        {
            if (length < 0) throw new ArgumentException($"Shape [{string.Join(", ", shape.ToArray())}] has a negative dimension.", nameof(shape));
            count *= length;
            if (count > long.MaxValue / 8) throw new ArgumentException($"Shape [{string.Join(", ", shape.ToArray())}] is too large.", nameof(shape));
        }

        return (long)count;
    }

    public bool Equals(FileTensor? other) =>
        other is not null && DType == other.DType && Shape.AsSpan().SequenceEqual(other.Shape) && Data.AsSpan().SequenceEqual(other.Data);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(DType);
        foreach (int length in Shape) hash.Add(length);
        hash.AddBytes(Data);
        return hash.ToHashCode();
    }

    public override string ToString() => $"{DType.TorchName()} [{string.Join(", ", Shape)}]";
}
