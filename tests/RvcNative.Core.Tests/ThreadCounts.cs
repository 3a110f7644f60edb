using RvcNative.Core.Cpu;

namespace RvcNative.Core.Tests;

/// <summary>What must not depend on the number of threads, nor cost garbage.</summary>
internal static class ThreadCounts
{
    /// <summary>Runs on 1, 2 and 3 threads; the results must be the same bytes.</summary>
    internal static void AssertSameBytes(Func<Backend, float[]> run)
    {
        int[][] bits = [.. ((int[])[1, 2, 3]).Select(threads =>
        {
            using CpuBackend backend = new(threads);
            return run(backend).Select(BitConverter.SingleToInt32Bits).ToArray();
        })];
        Assert.Equal(bits[0], bits[1]);
        Assert.Equal(bits[0], bits[2]);
    }

    /// <summary>A call in steady state leaves nothing for the garbage collector.</summary>
    internal static void AssertAllocatesNothing(Action call)
    {
        for (int warm = 0; warm < 3; warm++) call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        call();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
