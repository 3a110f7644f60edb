using RvcNative.Nn;

namespace RvcNative.Rvc.Data;

/// <summary>
/// Batches of clips of like length (mainline train/data_utils.py, DistributedBucketSampler). A bucket's clips are repeated up to whole batches. An
/// epoch's order is a function of (seed, epoch) alone, so training can go on at any place of it. Draws are our own, not torch's.
/// </summary>
public sealed class BucketSampler
{
    private readonly int[][] _buckets;
    private readonly int _batchSize;
    private readonly ulong _seed;

    /// <param name="lengths">Estimated lengths, <see cref="TrainingSet.Lengths"/>.</param>
    /// <param name="boundaries">They rise: bucket i holds boundaries[i] &lt; length &lt;= boundaries[i + 1].</param>
    /// <param name="batchSize">Clips of one rank's batch.</param>
    /// <exception cref="ArgumentException">A length in no bucket, boundaries that do not rise, or a batch size below 1.</exception>
    public BucketSampler(IReadOnlyList<int> lengths, int batchSize, ulong seed, IReadOnlyList<int>? boundaries = null)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        boundaries ??= MainlineBoundaries;
        if (boundaries.Count < 2 || boundaries.Zip(boundaries.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new ArgumentException($"Boundaries must be at least two and rise, got {string.Join(", ", boundaries)}.", nameof(boundaries));
        (_batchSize, _seed) = (batchSize, seed);
        List<int>[] buckets = [.. Enumerable.Range(1, boundaries.Count - 1).Select(_ => new List<int>())];
        for (int i = 0; i < lengths.Count; i++)
        {
            int bucket = boundaries.Count(boundary => boundary < lengths[i]) - 1;
            if (bucket < 0 || bucket == buckets.Length)
                throw new ArgumentException($"Item {i} of length {lengths[i]} fits no bucket of {string.Join(", ", boundaries)}.", nameof(lengths));
            buckets[bucket].Add(i);
        }
        _buckets = [.. buckets.Where(bucket => bucket.Count > 0).Select(bucket => bucket.ToArray())];
    }

    /// <summary>Mainline's: 100, 200, … 900.</summary>
    public static IReadOnlyList<int> MainlineBoundaries { get; } = [100, 200, 300, 400, 500, 600, 700, 800, 900];

    /// <summary>Batches that each rank has in an epoch: the sum over buckets of ceil(clips / (batch * ranks)).</summary>
    public int BatchesPerEpoch(int ranks = 1) => _buckets.Sum(bucket => Batches(bucket, ranks));

    /// <summary>Indices of the clips of each batch, in order; ranks share one global order and together see every clip.</summary>
    public int[][] Epoch(int epoch, int rank = 0, int ranks = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (ranks < 1 || rank < 0 || rank >= ranks) throw new ArgumentOutOfRangeException(nameof(rank), $"rank {rank} of {ranks} ranks");
        List<int[]> batches = [];
        for (int b = 0; b < _buckets.Length; b++)
        {
            int[] bucket = _buckets[b], order = RandomStream.Named(_seed, $"epoch.{epoch}.bucket.{b}").Permutation(bucket.Length);
            for (int first = 0; first < Batches(bucket, ranks) * _batchSize; first += _batchSize)
                batches.Add([.. Enumerable.Range(first, _batchSize).Select(at => bucket[order[(at * ranks + rank) % order.Length]])]);
        }
        return [.. RandomStream.Named(_seed, $"epoch.{epoch}.batches").Permutation(batches.Count).Select(at => batches[at])];
    }

    private int Batches(int[] bucket, int ranks) => (bucket.Length + _batchSize * ranks - 1) / (_batchSize * ranks);
}
