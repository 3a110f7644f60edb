namespace RvcNative.Core;

/// <summary>Memory of one backend, freed by Dispose.</summary>
public abstract class Storage(long bytes) : IDisposable
{
    public long Bytes { get; } = bytes;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>
/// The unit of memory planning: some bytes that live from their first to their last use in a program and share the step's arena
/// with buffers that live at other times. A buffer made with its own storage (parameters) is outside the plan.
/// </summary>
public sealed class Buffer
{
    internal Buffer(long bytes) => Bytes = bytes;

    internal Buffer(Storage storage)
    {
        (Bytes, Storage, IsPlanned) = (storage.Bytes, storage, false);
    }

    public long Bytes { get; }

    public Storage? Storage { get; internal set; }

    /// <summary>Place in the storage, in bytes; a multiple of 64.</summary>
    public long OffsetBytes { get; internal set; }

    internal bool IsPlanned { get; } = true;

    internal int FirstUse { get; set; } = int.MaxValue;

    internal int LastUse { get; set; } = -1;

    internal void Touch(int instruction)
    {
        FirstUse = Math.Min(FirstUse, instruction);
        LastUse = Math.Max(LastUse, instruction);
    }
}
