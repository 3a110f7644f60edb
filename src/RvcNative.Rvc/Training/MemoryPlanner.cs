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

    public long Bytes => NetworkBytes + ArenaBytes + ProcessBytes;
}

/// <summary>Plans steps without running or allocating them.</summary>
/// <param name="frames">Of the longest batch.</param>
/// <param name="isPart">Whether several batches make an update.</param>
public sealed class MemoryPlanner(GanNetworks networks, int frames, bool isPart)
{
    private readonly Dictionary<(int, bool), MemoryNeed> _known = [];

    public MemoryNeed Of(int batchSize, bool recompute)
    {
        if (_known.TryGetValue((batchSize, recompute), out MemoryNeed? known)) return known;
        using Arena arena = new(networks.Backend, allocates: false);
        _ = new TrainingStep(networks, batchSize, frames, arena, new RandomDraws(0, networks.StepNumber), new StepForm { Recomputes = recompute, IsPart = isPart });
        MemoryNeed need = new(batchSize, recompute, networks.Generator.Network.Bytes + networks.Discriminator.Network.Bytes, arena.Bytes);
        _known.Add((batchSize, recompute), need);
        return need;
    }

    /// <summary>The largest batch up to <paramref name="mostItems"/> that fits; at each size recomputation only where it does not fit otherwise.</summary>
    /// <exception cref="ArgumentException">Not even one item fits.</exception>
    public MemoryNeed Choose(int mostItems, bool recompute, long limitBytes)
    {
        for (int size = mostItems; size >= 1; size--)
        {
            if (!recompute && Of(size, false) is { } plain && plain.Bytes <= limitBytes) return plain;
            if (Of(size, true) is { } lean && lean.Bytes <= limitBytes) return lean;
        }

        throw new ArgumentException(
            $"a memory limit of {limitBytes >> 20} MiB is too small: one item of {frames} frames takes {Of(1, true).Bytes >> 20} MiB, recomputation included; "
            + "raise --memory-limit, or cut the recordings into shorter clips");
    }
}
