using System.Buffers.Binary;
using Google.Protobuf;

namespace RvcNative.Formats.TensorBoard;

/// <summary>The events of a TensorBoard file, in file order.</summary>
/// <param name="IsCut">The last record is incomplete: its writer was killed, or is writing it now.</param>
public sealed record EventFile(IReadOnlyList<TensorBoardEvent> Events, bool IsCut)
{
    /// <summary>Reads all whole records; the file may be growing.</summary>
    /// <exception cref="FileFormatException">A CRC-32C does not fit, or a record is no event.</exception>
    public static EventFile Read(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
        List<TensorBoardEvent> events = [];
        byte[] head = new byte[EventRecord.HeadBytes];
        while (true)
        {
            long offset = stream.Position;
            int found = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (found < head.Length) return new EventFile(events, IsCut: found > 0);
            Check(path, offset, events.Count, head.AsSpan(0, 8), head.AsSpan(8));

            long length = BinaryPrimitives.ReadInt64LittleEndian(head);
            if (length < 0 || length > Array.MaxLength - EventRecord.TailBytes) throw Fault(path, offset, events.Count, $"is of {length:N0} bytes");
            if (length + EventRecord.TailBytes > stream.Length - stream.Position) return new EventFile(events, IsCut: true);
            byte[] data = new byte[length];
            byte[] tail = new byte[EventRecord.TailBytes];
            stream.ReadExactly(data);
            stream.ReadExactly(tail);
            Check(path, offset, events.Count, data, tail);
            try
            {
                events.Add(TensorBoardEvent.FromProto(data));
            }
            catch (InvalidProtocolBufferException exception)
            {
                throw new FileFormatException(path, $"record {events.Count} at byte {offset:N0} is no TensorBoard event", exception);
            }
        }
    }

    private static void Check(string path, long offset, int record, ReadOnlySpan<byte> data, ReadOnlySpan<byte> stored)
    {
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(stored), found = EventRecord.MaskedCrc(data);
        if (found != expected) throw Fault(path, offset, record, $"is damaged: its masked CRC-32C is {found:x8}, {expected:x8} is stored");
    }

    private static FileFormatException Fault(string path, long offset, int record, string problem) =>
        new(path, $"record {record} at byte {offset:N0} {problem}; move the file away to go on without its curves");
}
