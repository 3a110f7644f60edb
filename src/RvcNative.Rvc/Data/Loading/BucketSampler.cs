using RvcNative.Nn;

namespace RvcNative.Rvc.Data;

/// <summary>
/// Batches of clips of like length (mainline train/data_utils.py, DistributedBucketSampler). A bucket's clips are repeated up to whole batches. An
/// epoch's order is a function of (seed, epoch) alone, so training can go on at any place of it. Draws are our own, not torch's. Balanced over speakers,
/// an epoch has clips of each speaker in equal hours: some clips of one who spoke much, all clips of one who spoke little several times.
/// </summary>
public sealed class BucketSampler
{
    private readonly int[][] _buckets;
    private readonly SpeakerShares? _shares;
    private readonly int _batchSize;
    private readonly ulong _seed;

    /// <param name="lengths">Estimated lengths, <see cref="TrainingSet.Lengths"/>.</param>
    /// <param name="boundaries">They rise: bucket i holds boundaries[i] &lt; length &lt;= boundaries[i + 1].</param>
    /// <param name="batchSize">Clips of one rank's batch.</param>
    /// <param name="balancedSpeakers">The speaker of each clip, to give all speakers equal hours; null takes every clip once.</param>
    /// <exception cref="ArgumentException">A length in no bucket, boundaries that do not rise, or a batch size below 1.</exception>
    public BucketSampler(
        IReadOnlyList<int> lengths, int batchSize, ulong seed, IReadOnlyList<int>? boundaries = null, IReadOnlyList<int>? balancedSpeakers = null)
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
        if (balancedSpeakers is not null) _shares = new SpeakerShares(_buckets, lengths, balancedSpeakers, seed);
    }

    /// <summary>Mainline's: 100, 200, … 900.</summary>
    public static IReadOnlyList<int> MainlineBoundaries { get; } = [100, 200, 300, 400, 500, 600, 700, 800, 900];

    /// <summary>Batches that each rank has in an epoch: the sum over buckets of ceil(clips / (batch * ranks)).</summary>
    public int BatchesPerEpoch(int ranks = 1) => Enumerable.Range(0, _buckets.Length).Sum(bucket => Batches(_shares?.Count(bucket) ?? _buckets[bucket].Length, ranks));

    /// <summary>Indices of the clips of each batch, in order; ranks share one global order and together see every clip of the epoch.</summary>
    public int[][] Epoch(int epoch, int rank = 0, int ranks = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (ranks < 1 || rank < 0 || rank >= ranks) throw new ArgumentOutOfRangeException(nameof(rank), $"rank {rank} of {ranks} ranks");
        List<int[]> batches = [];
        for (int b = 0; b < _buckets.Length; b++)
        {
            int[] bucket = _shares?.Of(b, epoch) ?? _buckets[b], order = RandomStream.Named(_seed, $"epoch.{epoch}.bucket.{b}").Permutation(bucket.Length);
            for (int first = 0; first < Batches(bucket.Length, ranks) * _batchSize; first += _batchSize)
                batches.Add([.. Enumerable.Range(first, _batchSize).Select(at => bucket[order[(at * ranks + rank) % order.Length]])]);
        }
        return [.. RandomStream.Named(_seed, $"epoch.{epoch}.batches").Permutation(batches.Count).Select(at => batches[at])];
    }

    private int Batches(int clips, int ranks) => (clips + _batchSize * ranks - 1) / (_batchSize * ranks);
}
