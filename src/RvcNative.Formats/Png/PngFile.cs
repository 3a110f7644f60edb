using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace RvcNative.Formats.Png;

/// <summary>PNG (ISO/IEC 15948) of eight bits a channel without interlace: written as grey, RGB or with alpha, read with every filter.</summary>
public static class PngFile
{
    private const int HeaderBytes = 13, ChunkFrameBytes = 12, LargestSide = 1 << 16;
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    // Colour types by number of channels: grey, grey and alpha, RGB, RGB and alpha.
    private static ReadOnlySpan<byte> ColorTypes => [0, 4, 2, 6];

    public static void Write(string path, PngImage image)
    {
        byte[] bytes = Encode(image);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <exception cref="FileFormatException">Not such a PNG, or damaged.</exception>
    public static PngImage Read(string path) => Decode(File.ReadAllBytes(path), path);

    /// <summary>The image as a PNG; each row takes the filter whose bytes are smallest in sum (PNG specification, section 12.7).</summary>
    public static byte[] Encode(PngImage image)
    {
        int rowBytes = image.Width * image.Channels;
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] best = new byte[1 + rowBytes], trial = new byte[1 + rowBytes], none = new byte[rowBytes];
            for (int y = 0; y < image.Height; y++)
            {
                ReadOnlySpan<byte> row = image.Pixels.AsSpan(y * rowBytes, rowBytes);
                ReadOnlySpan<byte> above = y == 0 ? none : image.Pixels.AsSpan((y - 1) * rowBytes, rowBytes);
                long smallest = long.MaxValue;
                for (byte filter = 0; filter < PngFilter.Count; filter++)
                {
                    trial[0] = filter;
                    PngFilter.Apply(filter, row, above, image.Channels, trial.AsSpan(1));
                    long sum = 0;
                    foreach (byte value in trial.AsSpan(1)) sum += Math.Abs((int)(sbyte)value);
                    if (sum >= smallest) continue;
                    smallest = sum;
                    (best, trial) = (trial, best);
                }

                zlib.Write(best);
            }
        }

        byte[] header = new byte[HeaderBytes];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        (header[8], header[9]) = (8, ColorTypes[image.Channels - 1]);
        using MemoryStream file = new();
        file.Write(Signature);
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", packed.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <param name="name">What to call the image in messages.</param>
    /// <exception cref="FileFormatException">Not such a PNG, or damaged.</exception>
    public static PngImage Decode(ReadOnlySpan<byte> png, string name)
    {
        if (!png.StartsWith(Signature)) throw new FileFormatException(name, "is not a PNG: its first eight bytes are not a PNG's signature");
        using MemoryStream packed = new();
        (int width, int height, int channels) = (0, 0, 0);
        ReadOnlySpan<byte> rest = png[Signature.Length..];
        for (string type = ""; type != "IEND";)
        {
            ReadOnlySpan<byte> data = TakeChunk(ref rest, name, out type);
            if (type == "IHDR") (width, height, channels) = Header(data, name);
            else if (type == "IDAT") packed.Write(data);
        }

        if (channels == 0) throw new FileFormatException(name, "is a PNG without a header");
        packed.Position = 0;
        return new PngImage(width, height, channels, Unpack(packed, width * channels, height, channels, name));
    }

    private static (int Width, int Height, int Channels) Header(ReadOnlySpan<byte> header, string name)
    {
        if (header.Length != HeaderBytes) throw new FileFormatException(name, $"PNG header of {header.Length} bytes, {HeaderBytes} expected");
        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        int channels = ColorTypes.IndexOf(header[9]) + 1;
        if (header[8] != 8 || channels == 0 || header[12] != 0)
        {
            throw new FileFormatException(name, $"PNG of {header[8]} bits, colour type {header[9]}, interlace {header[12]}; " +
                "8 bits grey or RGB without interlace are read. Save it so");
        }

        bool fits = width is > 0 and <= LargestSide && height is > 0 and <= LargestSide && (long)width * height * channels <= Array.MaxLength;
        return fits ? (width, height, channels) : throw new FileFormatException(name, $"PNG of {width} x {height} pixels is out of range");
    }

    private static byte[] Unpack(MemoryStream packed, int rowBytes, int height, int channels, string name)
    {
        const int BestCompression = 1100;                            // deflate packs at most 1032 to 1
        if ((long)rowBytes * height > (packed.Length + 1) * BestCompression) throw new FileFormatException(name, "the PNG's pixels are cut short");
        byte[] pixels = new byte[rowBytes * height], filter = new byte[1], none = new byte[rowBytes];
        try
        {
            using ZLibStream zlib = new(packed, CompressionMode.Decompress);
            for (int y = 0; y < height; y++)
            {
                Span<byte> row = pixels.AsSpan(y * rowBytes, rowBytes);
                zlib.ReadExactly(filter);
                zlib.ReadExactly(row);
                if (filter[0] >= PngFilter.Count) throw new FileFormatException(name, $"row {y} of the PNG has filter {filter[0]}; 0 to 4 exist");
                PngFilter.Undo(filter[0], row, y == 0 ? none : pixels.AsSpan((y - 1) * rowBytes, rowBytes), channels);
            }
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
        {
            throw new FileFormatException(name, "the PNG's pixels are damaged or cut short", exception);
        }

        return pixels;
    }

    private static ReadOnlySpan<byte> TakeChunk(ref ReadOnlySpan<byte> rest, string name, out string type)
    {
        long length = rest.Length < ChunkFrameBytes ? long.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - ChunkFrameBytes) throw new FileFormatException(name, "the PNG is cut short");
        ReadOnlySpan<byte> checkedBytes = rest.Slice(4, 4 + (int)length);
        type = Encoding.ASCII.GetString(checkedBytes[..4]);
        if (Crc32.Append(0, checkedBytes) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
        {
            throw new FileFormatException(name, $"chunk {type} of the PNG is damaged: its CRC-32 does not fit");
        }

        rest = rest[(ChunkFrameBytes + (int)length)..];
        return checkedBytes[4..];
    }

    private static void WriteChunk(MemoryStream file, string type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] typeBytes = Encoding.ASCII.GetBytes(type);
        file.Write(typeBytes);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Append(0, typeBytes), data));
        file.Write(number);
    }
}
