namespace RvcNative.Formats.TensorBoard;

/// <summary>The events of a TensorBoard file, in file order.</summary>
/// <param name="IsCut">The last record is incomplete: its writer was killed, or is writing it now.</param>
public sealed record EventFile(IReadOnlyList<TensorBoardEvent> Events, bool IsCut)
{
    /// <summary>Reads all whole records; the file may be growing.</summary>
    /// <exception cref="FileFormatException">A CRC-32C does not fit, or a record is no event.</exception>
    public static EventFile Read(string path)
    {
        List<TensorBoardEvent> events = [];
        EventFileTail tail = new(path);
        tail.Read((_, item) => events.Add(item));
        return new EventFile(events, tail.IsCut);
    }

    /// <summary>The one event whose record begins at a byte that <see cref="EventFileTail.Read"/> gave.</summary>
    /// <exception cref="FileFormatException">No whole event begins there.</exception>
    public static TensorBoardEvent ReadAt(string path, long offset) => EventFileTail.ReadAt(path, offset)
        ?? throw new FileFormatException(path, $"has no whole record at byte {offset:N0}; it was cut or replaced since it was read");
}
