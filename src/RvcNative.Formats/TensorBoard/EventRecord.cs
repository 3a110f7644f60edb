using System.Buffers.Binary;
using System.Numerics;

namespace RvcNative.Formats.TensorBoard;

/// <summary>A TFRecord: length uint64, masked CRC-32C of these 8 bytes, data, masked CRC-32C of the data; all little-endian.</summary>
internal static class EventRecord
{
    internal const int HeadBytes = 12, TailBytes = 4;

    /// <summary>The record around the data, to be written in one piece.</summary>
    internal static byte[] Frame(ReadOnlySpan<byte> data)
    {
        byte[] record = new byte[HeadBytes + data.Length + TailBytes];
        BinaryPrimitives.WriteInt64LittleEndian(record, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        data.CopyTo(record.AsSpan(HeadBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(HeadBytes + data.Length), MaskedCrc(data));
        return record;
    }

    /// <summary>How long the record is that begins with these bytes, all of it; they are <see cref="HeadBytes"/> at least.</summary>
    /// <exception cref="InvalidDataException">Its head is damaged, or it is larger than an array.</exception>
    internal static long TotalBytes(ReadOnlySpan<byte> record)
    {
        Check(record[..8], record[8..]);
        long length = BinaryPrimitives.ReadInt64LittleEndian(record);
        return length >= 0 && length <= Array.MaxLength - HeadBytes - TailBytes ? HeadBytes + length + TailBytes : throw new InvalidDataException($"is of {length:N0} bytes");
    }

    /// <exception cref="InvalidDataException">The data are damaged.</exception>
    internal static ReadOnlySpan<byte> Data(ReadOnlySpan<byte> record)
    {
        ReadOnlySpan<byte> data = record[HeadBytes..^TailBytes];
        Check(data, record[^TailBytes..]);
        return data;
    }

    private static void Check(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> stored)
    {
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(stored), crc = MaskedCrc(bytes);
        if (crc != expected) throw new InvalidDataException($"is damaged: its masked CRC-32C is {crc:x8}, {expected:x8} is stored");
    }

    /// <summary>mask(c) = ((c >> 15) | (c &lt;&lt; 17)) + 0xa282ead8, so that a CRC of data that holds CRCs stays good (tensorflow/core/lib/hash/crc32c.h).</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8u;
    }
}
