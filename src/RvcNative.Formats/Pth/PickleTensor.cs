namespace RvcNative.Formats.Pth;

/// <summary>A tensor in a checkpoint's tree. Its bytes are at hand, or come from the open file, or from a callback when it is written.</summary>
public sealed class PickleTensor : PickleValue
{
    private Func<FileTensor> _load;
    private readonly Action<Stream> _write;

    public PickleTensor(FileTensor tensor)
    {
        (DType, Shape, _load) = (tensor.DType, tensor.Shape, () => tensor);
        _write = stream => stream.Write(tensor.Data);
    }

    /// <summary>A tensor whose bytes are asked for when the file is written, so that a checkpoint never lies in memory as a whole.</summary>
    /// <param name="write">Writes exactly the tensor's bytes, row-major and little-endian.</param>
    public PickleTensor(FileDType dtype, int[] shape, Action<Stream> write)
    {
        (DType, Shape, _write) = (dtype, shape, write);
        _load = () =>
        {
            using MemoryStream stream = new();
            write(stream);
            return new FileTensor(dtype, shape, stream.ToArray());
        };
    }

    internal PickleTensor(FileDType dtype, int[] shape, Func<FileTensor> load)
    {
        (DType, Shape, _load) = (dtype, shape, load);
        _write = stream => stream.Write(Load().Data);
    }

    public FileDType DType { get; }

    public int[] Shape { get; }

    public long ByteCount => FileTensor.CountElements(Shape) * DType.ByteCount();

    public override string TypeName => "tensor";

    /// <summary>The tensor with its bytes.</summary>
    /// <exception cref="FileFormatException">The storage's CRC-32 does not fit or the file is short.</exception>
    /// <exception cref="ObjectDisposedException">The tensor came from <see cref="PthFile.Open"/> and the file was closed.</exception>
    public FileTensor Load() => _load();

    /// <summary>Loads the bytes and keeps them, so that the file can be closed.</summary>
    internal void Keep()
    {
        FileTensor loaded = Load();
        _load = () => loaded;
    }

    internal void WriteTo(Stream stream) => _write(stream);
}
