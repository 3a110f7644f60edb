using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace RvcNative.Formats.Faiss;

/// <summary>Little-endian numbers of a faiss file; what a count announces must be in the file before room is made for it.</summary>
internal sealed class FaissStream(string path, FileStream stream)
{
    private const int ValuesAtOnce = 1 << 20;

    internal long Remaining => stream.Length - stream.Position;

    internal FileFormatException Damaged(string problem) => new(path, problem);

    internal string Tag(string what)
    {
        Span<byte> tag = stackalloc byte[4];
        Fill(tag, what);
        return Encoding.Latin1.GetString(tag);
    }

    internal byte Byte(string what)
    {
        Span<byte> value = stackalloc byte[1];
        Fill(value, what);
        return value[0];
    }

    internal int Int32(string what)
    {
        Span<byte> value = stackalloc byte[4];
        Fill(value, what);
        return BinaryPrimitives.ReadInt32LittleEndian(value);
    }

    internal long Int64(string what)
    {
        Span<byte> value = stackalloc byte[8];
        Fill(value, what);
        return BinaryPrimitives.ReadInt64LittleEndian(value);
    }

    /// <summary>A count of things of so many bytes each, all of which are still to come.</summary>
    internal int Count(string what, long bytesEach)
    {
        long count = Int64(what);
        Announce(what, count, bytesEach);
        return (int)count;
    }

    /// <summary>Checks that the things are in the file and can be indexed.</summary>
    internal void Announce(string what, long count, long bytesEach)
    {
        if (count < 0 || count > Array.MaxLength || (Int128)count * bytesEach > Remaining)
        {
            throw Damaged($"{what}: {(ulong)count:N0} of {bytesEach:N0} bytes each are announced at byte {stream.Position:N0}, {Remaining:N0} bytes "
                + "are left; the file is cut short or damaged: fetch or build it again");
        }
    }

    internal void Skip(long bytes) => stream.Position += bytes;

    internal void Floats(Span<float> values, string what)
    {
        for (Span<float> rest = values; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, ValuesAtOnce)..])
        {
            Fill(MemoryMarshal.AsBytes(rest[..Math.Min(rest.Length, ValuesAtOnce)]), what);
        }

        foreach (float value in values)
        {
            if (!float.IsFinite(value)) throw Damaged($"{what}: holds {value}, which no distance can be taken to; extract the features anew and build it again");
        }
    }

    internal void Int64s(Span<long> values, string what) => Fill(MemoryMarshal.AsBytes(values), what);

    private void Fill(Span<byte> bytes, string what)
    {
        if (bytes.Length > Remaining)
        {
            throw Damaged($"cut short: {what} takes {bytes.Length:N0} bytes at byte {stream.Position:N0}, {Remaining:N0} are left; fetch or build it again");
        }

        stream.ReadExactly(bytes);
    }
}
