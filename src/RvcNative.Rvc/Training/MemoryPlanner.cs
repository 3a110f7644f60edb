using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Training;

/// <summary>Memory that training takes, known before its first step because every buffer is placed in advance.</summary>
/// <param name="NetworkBytes">Weights, gradients, moments and derived weights of generator and discriminator.</param>
/// <param name="ArenaBytes">Everything that lives within a step, for the longest clips.</param>
public sealed record MemoryNeed(int BatchSize, bool Recompute, long NetworkBytes, long ArenaBytes)
{
    /// <summary>What the process has besides, measured at 40k: the runtime, packed weights and mixed rows of the kernels, a batch on its way.</summary>
    public const long ProcessBytes = 128L << 20;

    /// <summary>Of the clips that stay on the device; 0 where they do not, or there is none.</summary>
    public long ClipBytes { get; init; }

    public long Bytes => NetworkBytes + ArenaBytes + ClipBytes + ProcessBytes;
}

/// <summary>Plans steps without running or allocating them.</summary>
/// <param name="frames">Of the longest batch.</param>
/// <param name="isPart">Whether several batches make an update.</param>
/// <param name="clipsBeside">What clips take of the device beside an arena of so many bytes; null for nothing.</param>
public sealed class MemoryPlanner(GanNetworks networks, int frames, bool isPart, Func<long, long>? clipsBeside = null)
{
    private readonly Dictionary<(int, bool), MemoryNeed> _known = [];

    public MemoryNeed Of(int batchSize, bool recompute)
    {
        if (_known.TryGetValue((batchSize, recompute), out MemoryNeed? known)) return known;
        using Arena arena = new(networks.Backend, allocates: false);
        _ = new TrainingStep(networks, batchSize, frames, arena, new RandomDraws(0, networks.StepNumber), new StepForm { Recomputes = recompute, IsPart = isPart });
        MemoryNeed need = new(batchSize, recompute, networks.Generator.Network.Bytes + networks.Discriminator.Network.Bytes, arena.Bytes)
        {
            ClipBytes = clipsBeside?.Invoke(arena.Bytes) ?? 0,
        };
        _known.Add((batchSize, recompute), need);
        return need;
    }

    /// <summary>Takes the memory of the steps.</summary>
    /// <exception cref="DeviceMemoryException">The device has not as much; the message has the figures.</exception>
    internal void Reserve(MemoryNeed need, StepRunner runner)
    {
        try
        {
            runner.Reserve(need.ArenaBytes);
        }
        catch (DeviceMemoryException failure)
        {
            throw new DeviceMemoryException(
                $"{failure.Message}. A batch of {need.BatchSize} takes {Mib(need.NetworkBytes)} MiB for the networks, which are there, and {Mib(need.ArenaBytes)} MiB for its steps; "
                + $"with --recompute {Mib(Of(need.BatchSize, true).ArenaBytes)} MiB, and a batch of 1 with it {Mib(Of(1, true).ArenaBytes)} MiB. Nothing has been changed: "
                + "take a smaller --batch-size (with --accumulate), or --recompute",
                failure);
        }

        static long Mib(long bytes) => (bytes + (1 << 20) - 1) >> 20;
    }

    /// <summary>
    /// The largest batch up to <paramref name="mostItems"/> that fits; at each size clips stay on the device only where that fits too, and recomputation is only where it does
    /// not fit otherwise.
    /// </summary>
    /// <exception cref="ArgumentException">Not even one item fits.</exception>
    public MemoryNeed Choose(int mostItems, bool recompute, long limitBytes)
    {
        for (int size = mostItems; size >= 1; size--)
        {
            if (!recompute && Fitting(Of(size, false)) is { } plain) return plain;
            if (Fitting(Of(size, true)) is { } lean) return lean;
        }

        throw new ArgumentException(
            $"a memory limit of {limitBytes >> 20} MiB is too small: one item of {frames} frames takes {(Of(1, true).Bytes - Of(1, true).ClipBytes) >> 20} MiB, recomputation included; "
            + "raise --memory-limit, or cut the recordings into shorter clips");

        MemoryNeed? Fitting(MemoryNeed need) => need.Bytes <= limitBytes ? need : need.Bytes - need.ClipBytes <= limitBytes ? need with { ClipBytes = 0 } : null;
    }
}
