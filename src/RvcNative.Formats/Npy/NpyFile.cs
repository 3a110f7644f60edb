using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace RvcNative.Formats.Npy;

/// <summary>One array in numpy's own format (NEP 1): versions 1 to 3, C and Fortran order, either byte order.</summary>
public static class NpyFile
{
    private const int LongestHeaderBytes = 1 << 20;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the array in row-major order, whatever order the file has.</summary>
    /// <exception cref="FileFormatException">Not npy, cut short, or of a type that is not read (Python objects, records, complex).</exception>
    public static FileTensor Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        NpyHeader header = NpyHeader.Parse(path, ReadHeader(path, stream));
        int width = header.DType.ByteCount();
        long expected;
        try
        {
            expected = FileTensor.CountElements(header.Shape) * width;
        }
        catch (ArgumentException exception)
        {
            throw new FileFormatException(path, exception.Message, exception);
        }

        long found = stream.Length - stream.Position;
        if (found != expected || expected > Array.MaxLength)
        {
            throw new FileFormatException(path, $"{header.DType.TorchName()} [{string.Join(", ", header.Shape)}] takes {expected:N0} bytes, found {found:N0}; " +
                "if the file was being written, wait and make it again");
        }

        byte[] data = new byte[expected];
        stream.ReadExactly(data);
        if (header.BigEndian) for (int i = 0; i < data.Length; i += width) data.AsSpan(i, width).Reverse();
        return new FileTensor(header.DType, header.Shape, header.FortranOrder ? RowMajor(data, header.Shape, width) : data);
    }

    /// <summary>A row of an array.</summary>
    public delegate ReadOnlySpan<float> Row(int index);

    /// <summary>Writes version 1.0, row-major, little-endian, atomically: the bytes that numpy.save writes.</summary>
    public static void Write(string path, FileTensor tensor) => Write(path, tensor.DType, tensor.Shape, stream => stream.Write(tensor.Data));

    /// <summary>Writes a float32 matrix row by row, for one that is not in memory in one piece.</summary>
    /// <param name="row">[columns] values of each of the rows.</param>
    public static void Write(string path, int rows, int columns, Row row) => Write(path, FileDType.Float32, [rows, columns], stream =>
    {
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<float> values = row(i);
            if (values.Length != columns) throw new ArgumentException($"Row {i} has {values.Length} values, expected {columns}.", nameof(row));
            stream.Write(MemoryMarshal.AsBytes(values));
        }
    });

    private static void Write(string path, FileDType dtype, int[] shape, Action<Stream> write)
    {
        string lengths = shape.Length == 1 ? $"{shape[0]}," : string.Join(", ", shape);
        string text = $"{{'descr': '{NpyHeader.Describe(dtype)}', 'fortran_order': False, 'shape': ({lengths}), }}";
        int prefix = Magic.Length + 4;
        text = text.PadRight((prefix + text.Length + 1 + 63) / 64 * 64 - prefix - 1) + "\n";
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Magic);
            stream.Write([1, 0, (byte)text.Length, (byte)(text.Length >> 8)]);
            stream.Write(Encoding.ASCII.GetBytes(text));
            write(stream);
        });
    }

    private static string ReadHeader(string path, FileStream stream)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8 || !start[..6].SequenceEqual(Magic))
        {
            throw new FileFormatException(path, "not an npy file: it does not start with \\x93NUMPY; if it is an .npz archive, save its array alone");
        }

        int major = start[6];
        if (major is < 1 or > 3) throw new FileFormatException(path, $"npy version {major}.{start[7]}; versions 1 to 3 are read");
        Span<byte> length = stackalloc byte[4];
        length.Clear();
        int lengthBytes = major == 1 ? 2 : 4;
        bool whole = stream.ReadAtLeast(length[..lengthBytes], lengthBytes, throwOnEndOfStream: false) == lengthBytes;
        uint headerBytes = BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (!whole || headerBytes > LongestHeaderBytes || headerBytes > stream.Length - stream.Position)
        {
            throw new FileFormatException(path, $"npy header of {headerBytes:N0} bytes announced, the file has {stream.Length:N0}: " +
                "it is cut short; make it again");
        }

        byte[] text = new byte[headerBytes];
        stream.ReadExactly(text);
        return (major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text);
    }

    // The first axis runs fastest in the file, the last in the result.
    private static byte[] RowMajor(byte[] data, int[] shape, int width)
    {
        byte[] result = new byte[data.Length];
        int[] index = new int[shape.Length], stride = new int[shape.Length];
        for (int axis = 0, step = width; axis < shape.Length; step *= shape[axis++]) stride[axis] = step;
        for (int to = 0, from = 0; to < result.Length; to += width)
        {
            data.AsSpan(from, width).CopyTo(result.AsSpan(to));
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                from += stride[axis];
                if (++index[axis] < shape[axis]) break;
                from -= stride[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return result;
    }
}
