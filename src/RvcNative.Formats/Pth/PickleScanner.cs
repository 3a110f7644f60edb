using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace RvcNative.Formats.Pth;

/// <summary>Reads a pickle's opcodes and their arguments from a stream; every length is checked against what the file still has.</summary>
internal sealed class PickleScanner(string path, Stream stream)
{
    private const int LongestLine = 1 << 16;
    private const int LongestIntBytes = 256;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly long _streamBytes = stream.Length;

    internal string FilePath => path;

    internal byte Byte()
    {
        int value = stream.ReadByte();
        return value >= 0 ? (byte)value : throw Fault("it ends in the middle; the file is cut short, fetch it again");
    }

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    internal double DoubleBigEndian() => BinaryPrimitives.ReadDoubleBigEndian(Bytes(8));

    internal byte[] Bytes(long count)
    {
        if (count < 0 || count > _streamBytes - stream.Position)
        {
            throw Fault($"it wants {count:N0} more bytes, the file has {_streamBytes - stream.Position:N0}; it is cut short, fetch it again");
        }

        if (count > Array.MaxLength) throw Fault($"it holds {count:N0} bytes in one piece; at most {Array.MaxLength:N0} are read");
        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    internal BigInteger BigInt(long bytes) => bytes is >= 0 and <= LongestIntBytes
        ? new BigInteger(Bytes(bytes))
        : throw Fault($"it holds an int of {bytes:N0} bytes; at most {LongestIntBytes} are read");

    internal string Text(long bytes) => Decode(Bytes(bytes));

    /// <summary>A name up to the end of the line, UTF-8.</summary>
    internal string Line() => Decode(LineBytes());

    /// <summary>A text of protocol 0 up to the end of the line: latin1, its escapes still in it.</summary>
    internal string EscapedLine() => Encoding.Latin1.GetString(LineBytes());

    private byte[] LineBytes()
    {
        List<byte> line = [];
        for (byte next = Byte(); next != '\n'; next = Byte())
        {
            line.Add(next);
            if (line.Count > LongestLine) throw Fault($"it holds a line of more than {LongestLine:N0} bytes");
        }

        return [.. line];
    }

    internal BigInteger LineInt()
    {
        string line = Line().TrimEnd('L');
        return line.Length <= 2 * LongestIntBytes
            && BigInteger.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value)
            ? value
            : throw Fault($"'{line[..Math.Min(40, line.Length)]}' is not an int");
    }

    internal double LineDouble() => Line() switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        string line when double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) => value,
        _ => throw Fault("it holds a float that is none"),
    };

    internal FileFormatException Fault(string problem) => new(path, $"the pickle cannot be read: {problem}");

    private string Decode(byte[] bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new FileFormatException(path, "the pickle cannot be read: a text in it is not UTF-8", exception);
        }
    }
}
