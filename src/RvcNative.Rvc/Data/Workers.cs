using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace RvcNative.Rvc.Data;

/// <summary>Runs one action on every item on several threads, items taken and begun in order; the first failure is thrown as it was.</summary>
internal static class Workers
{
    internal static int Count(int threads) => threads > 0 ? threads : Environment.ProcessorCount;

    internal static void ForEach<T>(IEnumerable<T> items, int threads, Action<T> act, CancellationToken cancellation)
    {
        ParallelOptions options = new() { MaxDegreeOfParallelism = Count(threads), CancellationToken = cancellation };
        try
        {
            Parallel.ForEach(Partitioner.Create(items, EnumerablePartitionerOptions.NoBuffering), options, act);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.Flatten().InnerExceptions[0]);
        }
    }
}
