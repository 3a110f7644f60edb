using System.Buffers.Binary;
using System.Text;

namespace RvcNative.Formats.Pth;

/// <summary>
/// Writes a zip of stored members as torch's reader likes it: contents start at multiples of 64 bytes (padding in an extra field named FB),
/// sizes and CRC-32 stand in the local headers, every date is 1 January 1980, so equal contents give equal bytes. Up to 4 GiB, without zip64.
/// </summary>
internal sealed class ZipWriter(Stream stream)
{
    private const int Alignment = 64, LocalBytes = 30, ExtraHeaderBytes = 4, CrcOffset = 14;
    private const ushort Utf8Names = 0x0800, FirstDay1980 = 0x0021, Version = 20;
    private readonly List<(byte[] Name, uint Crc, uint Bytes, uint Offset)> _members = [];

    /// <param name="length">Bytes that <paramref name="write"/> must write, no more and no fewer.</param>
    internal void Add(string name, long length, Action<Stream> write)
    {
        byte[] nameBytes = Encoding.UTF8.GetBytes(name);
        long offset = stream.Position, unpadded = offset + LocalBytes + nameBytes.Length + ExtraHeaderBytes;
        int padding = (int)((Alignment - (unpadded % Alignment)) % Alignment);
        if (unpadded + padding + length > uint.MaxValue)
        {
            throw new InvalidOperationException("A checkpoint of more than 4 GiB is not written; leave out the optimiser's state.");
        }

        byte[] header = new byte[LocalBytes + nameBytes.Length + ExtraHeaderBytes + padding];
        Put(header, 0, 0x04034B50u);
        PutCommon(header.AsSpan(4), crc: 0, (uint)length, nameBytes.Length);
        Put(header, 28, (ushort)(ExtraHeaderBytes + padding));
        nameBytes.CopyTo(header, LocalBytes);
        Put(header, LocalBytes + nameBytes.Length, (ushort)0x4246);
        Put(header, LocalBytes + nameBytes.Length + 2, (ushort)padding);
        stream.Write(header);

        CrcStream contents = new(stream);
        write(contents);
        if (contents.Position != length)
        {
            throw new InvalidOperationException($"'{name}' is of {length:N0} bytes, its writer wrote {contents.Position:N0}.");
        }

        Put(header, CrcOffset, contents.Crc);
        long end = stream.Position;
        stream.Position = offset + CrcOffset;
        stream.Write(header.AsSpan(CrcOffset, 4));
        stream.Position = end;
        _members.Add((nameBytes, contents.Crc, (uint)length, (uint)offset));
    }

    /// <summary>Writes the directory; nothing may be added afterwards.</summary>
    internal void Finish()
    {
        long start = stream.Position;
        foreach ((byte[] name, uint crc, uint bytes, uint offset) in _members)
        {
            byte[] central = new byte[46 + name.Length];
            Put(central, 0, 0x02014B50u);
            Put(central, 4, Version);
            PutCommon(central.AsSpan(6), crc, bytes, name.Length);
            Put(central, 42, offset);
            name.CopyTo(central, 46);
            stream.Write(central);
        }

        if (_members.Count >= ushort.MaxValue || stream.Position > uint.MaxValue)
        {
            throw new InvalidOperationException("A checkpoint of more than 65,534 tensors or 4 GiB is not written.");
        }

        byte[] end = new byte[22];
        Put(end, 0, 0x06054B50u);
        Put(end, 8, (ushort)_members.Count);
        Put(end, 10, (ushort)_members.Count);
        Put(end, 12, (uint)(stream.Position - start));
        Put(end, 16, (uint)start);
        stream.Write(end);
    }

    // The stretch that local and central headers share: version, flags, method 0 (stored), time, date, CRC-32, sizes, length of the name.
    private static void PutCommon(Span<byte> header, uint crc, uint bytes, int nameBytes)
    {
        Put(header, 0, Version);
        Put(header, 2, Utf8Names);
        Put(header, 8, FirstDay1980);
        Put(header, 10, crc);
        Put(header, 14, bytes);
        Put(header, 18, bytes);
        Put(header, 22, (ushort)nameBytes);
    }

    private static void Put(Span<byte> bytes, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes[at..], value);

    private static void Put(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);
}
