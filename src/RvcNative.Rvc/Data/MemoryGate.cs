namespace RvcNative.Rvc.Data;

/// <summary>Lets workers in while their estimated memory stays within a budget; one is always let in, however much it needs.</summary>
internal sealed class MemoryGate(long budgetBytes)
{
    private readonly Lock _turn = new();
    private readonly AutoResetEvent _left = new(initialState: false);
    private long _usedBytes;

    /// <summary>Half of what this process may use.</summary>
    internal static MemoryGate OfMachine() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    internal T Within<T>(long bytes, Func<T> work)
    {
        while (!TryEnter(bytes)) _left.WaitOne();
        try
        {
            return work();
        }
        finally
        {
            lock (_turn) _usedBytes -= bytes;
            _left.Set();
        }
    }

    private bool TryEnter(long bytes)
    {
        lock (_turn)
        {
            if (_usedBytes > 0 && _usedBytes + bytes > budgetBytes) return false;
            _usedBytes += bytes;
            if (_usedBytes < budgetBytes) _left.Set();       // room may be left for another waiter
            return true;
        }
    }
}
