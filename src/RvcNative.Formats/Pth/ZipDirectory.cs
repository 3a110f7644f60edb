using System.Buffers.Binary;
using System.Text;

namespace RvcNative.Formats.Pth;

/// <summary>
/// The central directory of a zip whose members are stored (PKWARE APPNOTE 4.3): torch's local headers have no sizes, so only the directory counts.
/// Zip64 is read. Members are read with their CRC-32 checked.
/// </summary>
internal sealed class ZipDirectory
{
    private const int EndBytes = 22, CentralBytes = 46, LocalBytes = 30, LongestComment = 65535;
    private const uint EndSignature = 0x06054B50, CentralSignature = 0x02014B50, LocalSignature = 0x04034B50;
    private const uint End64Signature = 0x06064B50, Locator64Signature = 0x07064B50;
    private readonly string _path;
    private readonly Stream _stream;
    private readonly Dictionary<string, Member> _members = [];

    internal sealed record Member(string Name, uint Crc, long Bytes, long HeaderOffset);

    internal ZipDirectory(string path, Stream stream)
    {
        (_path, _stream) = (path, stream);
        (long start, long bytes, long count) = FindDirectory();
        ReadMembers(ReadAt(start, bytes, "the zip's directory"), count);
    }

    internal IReadOnlyDictionary<string, Member> Members => _members;

    /// <summary>All bytes of a member.</summary>
    internal byte[] Read(Member member)
    {
        byte[] local = ReadAt(member.HeaderOffset, LocalBytes, $"the header of '{member.Name}'");
        if (UInt32(local, 0) != LocalSignature) throw Fault($"'{member.Name}' does not start where the zip's directory says");
        long start = member.HeaderOffset + LocalBytes + UInt16(local, 26) + UInt16(local, 28);
        byte[] bytes = ReadAt(start, member.Bytes, $"'{member.Name}'");
        uint crc = Crc32.Append(0, bytes);
        return crc == member.Crc
            ? bytes
            : throw Fault($"'{member.Name}' is damaged: its CRC-32 is {crc:x8}, the zip's directory says {member.Crc:x8}; " +
                "fetch the file again or go back to an older one");
    }

    private (long Start, long Bytes, long Count) FindDirectory()
    {
        long fileBytes = _stream.Length, tailBytes = Math.Min(fileBytes, EndBytes + LongestComment);
        byte[] tail = ReadAt(fileBytes - tailBytes, tailBytes, "the end");
        for (int at = tail.Length - EndBytes; at >= 0; at--)
        {
            if (UInt32(tail, at) != EndSignature || at + EndBytes + UInt16(tail, at + 20) != tail.Length) continue;
            long locatorAt = fileBytes - tailBytes + at - 20;
            (long start, long bytes, long count) = FindDirectory64(locatorAt) ?? (UInt32(tail, at + 16), UInt32(tail, at + 12), UInt16(tail, at + 10));
            return start >= 0 && bytes >= 0 && start <= fileBytes - bytes
                ? (start, bytes, count)
                : throw Fault("the zip's directory lies outside the file");
        }

        throw Fault($"the zip's directory is missing at its end ({fileBytes:N0} bytes found): the file is cut short; fetch it again");
    }

    private (long Start, long Bytes, long Count)? FindDirectory64(long locatorAt)
    {
        if (locatorAt < 0) return null;
        byte[] locator = ReadAt(locatorAt, 20, "the zip's end");
        if (UInt32(locator, 0) != Locator64Signature) return null;
        byte[] end = ReadAt(Int64(locator, 8), 56, "the zip64 record");
        return UInt32(end, 0) == End64Signature
            ? (Int64(end, 48), Int64(end, 40), Int64(end, 32))
            : throw Fault("the zip64 record is not where the zip's end says");
    }

    private void ReadMembers(byte[] directory, long count)
    {
        int at = 0;
        for (long i = 0; i < count; i++)
        {
            if (at + CentralBytes > directory.Length || UInt32(directory, at) != CentralSignature)
            {
                throw Fault($"the zip's directory breaks off after {i} of {count} members");
            }

            int nameBytes = UInt16(directory, at + 28), extraBytes = UInt16(directory, at + 30), commentBytes = UInt16(directory, at + 32);
            if (at + CentralBytes + nameBytes + extraBytes + commentBytes > directory.Length) throw Fault("the zip's directory breaks off in a name");
            string name = Encoding.UTF8.GetString(directory, at + CentralBytes, nameBytes);
            if ((UInt16(directory, at + 8) & 1) != 0) throw Fault($"'{name}' is encrypted; a checkpoint's members are plain");
            if (UInt16(directory, at + 10) != 0)
            {
                throw Fault($"'{name}' is compressed; torch.save stores members as they are. Unpack it and save it again with torch");
            }

            Member member = Extents(directory.AsSpan(at, CentralBytes), directory.AsSpan(at + CentralBytes + nameBytes, extraBytes), name);
            if (!_members.TryAdd(name, member)) throw Fault($"'{name}' is in the zip twice");
            at += CentralBytes + nameBytes + extraBytes + commentBytes;
        }

        if (_members.Values.Sum(member => (decimal)member.Bytes) > _stream.Length) throw Fault("its members together are larger than the file");
    }

    private Member Extents(ReadOnlySpan<byte> central, ReadOnlySpan<byte> extra, string name)
    {
        long packed = UInt32(central, 20), bytes = UInt32(central, 24), offset = UInt32(central, 42);
        while (extra.Length >= 4)
        {
            int id = UInt16(extra, 0), length = Math.Min(UInt16(extra, 2), extra.Length - 4);
            if (id == 1)
            {
                ReadOnlySpan<byte> wide = extra.Slice(4, length);
                if (bytes == uint.MaxValue) bytes = Wide(ref wide, name);
                if (packed == uint.MaxValue) packed = Wide(ref wide, name);
                if (offset == uint.MaxValue) offset = Wide(ref wide, name);
            }

            extra = extra[(4 + length)..];
        }

        if (packed != bytes || bytes < 0 || offset < 0 || offset > _stream.Length - LocalBytes || bytes > _stream.Length - LocalBytes - offset)
        {
            throw Fault($"'{name}' of {bytes:N0} bytes at {offset:N0} reaches beyond the file's {_stream.Length:N0} bytes; fetch it again");
        }

        return new Member(name, UInt32(central, 16), bytes, offset);
    }

    private long Wide(ref ReadOnlySpan<byte> extra, string name)
    {
        if (extra.Length < 8) throw Fault($"the zip64 sizes of '{name}' are missing");
        long value = BinaryPrimitives.ReadInt64LittleEndian(extra);
        extra = extra[8..];
        return value;
    }

    private byte[] ReadAt(long offset, long count, string what)
    {
        if (offset < 0 || count < 0 || offset > _stream.Length - count || count > Array.MaxLength)
        {
            throw Fault($"{what} lies outside the file; it is cut short, fetch it again");
        }

        byte[] bytes = new byte[count];
        _stream.Position = offset;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private FileFormatException Fault(string problem) => new(_path, problem);

    private static int UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
