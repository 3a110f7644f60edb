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
/// <param name="allocates">Without it no program gets memory or can run; what they would need is known all the same.</param>
public sealed class Arena(Backend backend, bool allocates = true) : IDisposable
{
    private readonly List<MemoryPlan> _plans = [];
    private Storage? _storage;

    /// <summary>How often programs have been given other places.</summary>
    internal int Places { get; private set; }

    /// <summary>What the largest program needs.</summary>
    public long Bytes { get; private set; }

    internal void Add(MemoryPlan plan)
    {
        Bytes = Math.Max(Bytes, plan.Bytes);
        if (!allocates) return;
        _plans.Add(plan);
        if (_storage is { } storage && storage.Bytes >= plan.Bytes) plan.Bind(storage);
        else Reserve(plan.Bytes);
    }

    /// <summary>Takes the memory for programs to come.</summary>
    public void Reserve(long bytes)
    {
        if (_storage is { } enough && enough.Bytes >= bytes) return;
        _storage?.Dispose();
        _storage = backend.Allocate(bytes);
        Places++;
        foreach (MemoryPlan each in _plans) each.Bind(_storage);
    }

    /// <summary>Writes zeros over everything, inputs included.</summary>
    public void Clear()
    {
        if (_storage is null) return;
        const int Elements = 1 << 28;
        Buffer all = new(_storage);
        long count = _storage.Bytes / sizeof(float);
        for (long at = 0; at < count; at += Elements) backend.Clear(new Tensor(all, [(int)Math.Min(Elements, count - at)], DType.F32, at));
    }

    public void Dispose() => _storage?.Dispose();
}
