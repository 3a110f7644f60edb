using System.Buffers.Binary;
using Google.Protobuf;

namespace RvcNative.Formats.TensorBoard;

/// <summary>Follows an event file that grows: each <see cref="Read"/> gives the whole records that came since the last one. One thread at a time.</summary>
public sealed class EventFileTail(string path)
{
    private int _records;

    public string FilePath => path;

    /// <summary>Where the next record begins.</summary>
    public long Position { get; private set; }

    /// <summary>The file went on past the last whole record, when it was last read: its writer was killed, or was writing.</summary>
    public bool IsCut { get; private set; }

    /// <param name="found">Gets the byte where a record begins, for <see cref="EventFile.ReadAt"/>, and its event.</param>
    /// <exception cref="FileFormatException">A CRC-32C does not fit, or a record is no event; the next call begins with that record again.</exception>
    public void Read(Action<long, TensorBoardEvent> found)
    {
        using FileStream stream = Open(path);
        while (Next(stream, path, Position, _records) is { } next)
        {
            found(Position, next.Event);
            Position = next.End;
            _records++;
        }

        IsCut = stream.Length > Position;
    }

    internal static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);

    /// <summary>The event at an offset and where the next one begins; null where no whole record begins there.</summary>
    /// <param name="record">Its number for messages, or null.</param>
    internal static (TensorBoardEvent Event, long End)? Next(FileStream stream, string path, long offset, int? record)
    {
        if (stream.Position != offset) stream.Position = offset;
        Span<byte> head = stackalloc byte[EventRecord.HeadBytes];
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return null;
        Check(head[..8], head[8..]);

        long length = BinaryPrimitives.ReadInt64LittleEndian(head), end = offset + EventRecord.HeadBytes + length + EventRecord.TailBytes;
        if (length < 0 || length > Array.MaxLength - EventRecord.TailBytes) throw Fault($"is of {length:N0} bytes");
        if (end > stream.Length) return null;
        byte[] data = new byte[length];
        Span<byte> tail = stackalloc byte[EventRecord.TailBytes];
        stream.ReadExactly(data);
        stream.ReadExactly(tail);
        Check(data, tail);
        try
        {
            return (TensorBoardEvent.FromProto(data), end);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new FileFormatException(path, $"{Name()} is no TensorBoard event", exception);
        }

        void Check(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> stored)
        {
            uint expected = BinaryPrimitives.ReadUInt32LittleEndian(stored), crc = EventRecord.MaskedCrc(bytes);
            if (crc != expected) throw Fault($"is damaged: its masked CRC-32C is {crc:x8}, {expected:x8} is stored");
        }

        FileFormatException Fault(string problem) => new(path, $"{Name()} {problem}; move the file away to go on without its curves");

        string Name() => record is { } number ? $"record {number} at byte {offset:N0}" : $"the record at byte {offset:N0}";
    }
}
