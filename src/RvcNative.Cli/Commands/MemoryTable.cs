using System.Globalization;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Commands;

/// <summary>`train --plan`: the memory of each batch size, with and without recomputation.</summary>
internal static class MemoryTable
{
    internal static void Print(Trainer trainer, TextWriter output)
    {
        SortedSet<int> sizes = [1, 2, 4, 8, 12, 16, trainer.WantedBatchSize, trainer.Memory.BatchSize];
        output.WriteLine("batch  recompute  networks MiB  step MiB  clips MiB  in all MiB");
        foreach (MemoryNeed need in trainer.MemoryOf(sizes))
        {
            string chosen = need.BatchSize == trainer.Memory.BatchSize && need.Recompute == trainer.Memory.Recompute ? "  <- this training" : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{need.BatchSize,5}  {(need.Recompute ? "yes" : "no"),9}  {Mib(need.NetworkBytes),12}  {Mib(need.ArenaBytes),8}  {Mib(need.ClipBytes),9}  {Mib(need.Bytes),10}{chosen}"));
        }

        output.WriteLine($"networks and step are exact, for the longest clips; clips are those that stay on the device; in all adds {Mib(MemoryNeed.ProcessBytes)} MiB for the runtime and batches on their way");
    }

    private static long Mib(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
