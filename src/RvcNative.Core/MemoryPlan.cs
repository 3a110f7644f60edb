namespace RvcNative.Core;

/// <summary>
/// Places buffers in one arena so that two that live at the same time never overlap: largest first, each at the lowest place that
/// is free for its whole life. The peak is known before anything runs.
/// </summary>
public sealed class MemoryPlan
{
    private const long Alignment = 64;
    private readonly List<(Buffer Buffer, long Offset)> _placed;

    private MemoryPlan(List<(Buffer Buffer, long Offset)> placed, long bytes) => (_placed, Bytes) = (placed, bytes);

    /// <summary>Size of the arena.</summary>
    public long Bytes { get; }

    internal static MemoryPlan Of(IReadOnlyList<Buffer> buffers)
    {
        List<(Buffer Buffer, long Offset)> placed = [];
        List<(long Start, long End)> taken = [];
        long peak = 0;
        foreach (Buffer buffer in buffers.Where(buffer => buffer.LastUse >= 0).OrderByDescending(buffer => buffer.Bytes).ThenBy(b => b.FirstUse))
        {
            taken.Clear();
            foreach ((Buffer other, long start) in placed)
            {
                if (other.FirstUse <= buffer.LastUse && buffer.FirstUse <= other.LastUse) taken.Add((start, start + Padded(other.Bytes)));
            }

            taken.Sort();
            long offset = 0;
            foreach ((long start, long end) in taken)
            {
                if (offset + Padded(buffer.Bytes) <= start) break;
                offset = Math.Max(offset, end);
            }

            placed.Add((buffer, offset));
            peak = Math.Max(peak, offset + Padded(buffer.Bytes));
        }

        return new MemoryPlan(placed, peak);
    }

    /// <summary>Points every buffer to its place in the storage.</summary>
    internal void Bind(Storage storage)
    {
        foreach ((Buffer buffer, long offset) in _placed) (buffer.Storage, buffer.OffsetBytes) = (storage, offset);
    }

    private static long Padded(long bytes) => Math.Max(Alignment, (bytes + Alignment - 1) / Alignment * Alignment);
}

/// <summary>The memory that programs of several batch shapes take turns to use; as large as the largest of them needs.</summary>
public sealed class Arena(Backend backend) : IDisposable
{
    private readonly List<MemoryPlan> _plans = [];
    private Storage? _storage;

    public long Bytes => _storage?.Bytes ?? 0;

    internal void Add(MemoryPlan plan)
    {
        _plans.Add(plan);
        if (_storage is { } storage && storage.Bytes >= plan.Bytes)
        {
            plan.Bind(storage);
            return;
        }

        _storage?.Dispose();
        _storage = backend.Allocate(plan.Bytes);
        foreach (MemoryPlan each in _plans) each.Bind(_storage);
    }

    public void Dispose() => _storage?.Dispose();
}
