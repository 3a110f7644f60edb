namespace RvcNative.Core.Cpu;

/// <summary>
/// Keeps alive the memory whose pointers a thread took last. Ops compute with pointers, which the garbage collector does not see: a
/// tensor named for the last time as an op's argument could be finalised, and its memory freed, while the op still reads it.
/// </summary>
internal static class RecentStorage
{
    /// <summary>More pointers than an op takes; a power of two.</summary>
    private const int Count = 64;

    [ThreadStatic]
    private static CpuStorage?[]? t_storages;

    [ThreadStatic]
    private static int t_next;

    internal static void Hold(CpuStorage storage)
    {
        CpuStorage?[] storages = t_storages ??= new CpuStorage?[Count];
        storages[t_next++ & (Count - 1)] = storage;
    }
}
