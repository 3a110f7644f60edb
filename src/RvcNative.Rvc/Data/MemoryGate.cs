namespace RvcNative.Rvc.Data;

/// <summary>Lets workers in while their estimated memory stays within a budget; one is always let in, however much it needs.</summary>
internal sealed class MemoryGate(long budgetBytes)
{
    private readonly object _turn = new();
    private long _usedBytes;

    /// <summary>Half of what this process may use.</summary>
    internal static MemoryGate OfMachine() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    internal T Within<T>(long bytes, Func<T> work)
    {
        lock (_turn)
        {
            while (_usedBytes > 0 && _usedBytes + bytes > budgetBytes) Monitor.Wait(_turn);
            _usedBytes += bytes;
        }
        try
        {
            return work();
        }
        finally
        {
            lock (_turn)
            {
                _usedBytes -= bytes;
                Monitor.PulseAll(_turn);
            }
        }
    }
}
