using Microsoft.Win32.SafeHandles;

namespace RvcNative.Formats.TensorBoard;

/// <summary>Follows an event file that grows: each <see cref="Read"/> gives the whole records that came since the last one. One thread at a time.</summary>
public sealed class EventFileTail(string path)
{
    private const int BlockBytes = 1 << 18;
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
        using SafeFileHandle file = Open(path);
        long length = RandomAccess.GetLength(file), blockStart = Position;
        byte[] block = [];
        int held = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = block.AsSpan((int)(Position - blockStart)..held);
            TensorBoardEvent? item = Parse(rest, out long wanted, path, Position, _records);
            if (item is not null)
            {
                found(Position, item);
                Position += wanted;
                _records++;
                continue;
            }

            // What is here of the next record goes to the front of a block that holds it whole.
            if (Position + wanted > length) break;
            byte[] next = wanted <= block.Length ? block : new byte[Math.Max(wanted, Math.Min(BlockBytes, length - Position))];
            rest.CopyTo(next);
            (block, blockStart, held) = (next, Position, rest.Length);
            int read = RandomAccess.Read(file, block.AsSpan(held), blockStart + held);
            if (read == 0) break;
            held += read;
        }

        IsCut = length > Position;
    }

    /// <summary>The event whose record begins at an offset; null where no whole record begins there.</summary>
    internal static TensorBoardEvent? ReadAt(string path, long offset)
    {
        using SafeFileHandle file = Open(path);
        long wanted = EventRecord.HeadBytes;
        while (offset + wanted <= RandomAccess.GetLength(file))
        {
            byte[] bytes = new byte[wanted];
            if (RandomAccess.Read(file, bytes, offset) < bytes.Length) return null;
            if (Parse(bytes, out wanted, path, offset, record: null) is { } item) return item;
        }

        return null;
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);

    // The event that the bytes begin with, and how long its record is; null where so many are wanted to tell more.
    private static TensorBoardEvent? Parse(ReadOnlySpan<byte> bytes, out long wanted, string path, long offset, int? record)
    {
        wanted = EventRecord.HeadBytes;
        if (bytes.Length < wanted) return null;
        try
        {
            wanted = EventRecord.TotalBytes(bytes);
            return bytes.Length < wanted ? null : TensorBoardEvent.FromProto(EventRecord.Data(bytes[..(int)wanted]));
        }
        catch (InvalidDataException fault)
        {
            string name = record is { } number ? $"record {number} at byte {offset:N0}" : $"the record at byte {offset:N0}";
            throw new FileFormatException(path, $"{name} {fault.Message}; move the file away to go on without its curves", fault);
        }
    }
}
