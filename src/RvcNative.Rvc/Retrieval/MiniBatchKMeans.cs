using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Retrieval;

/// <summary>
/// k-means by small batches (Sculley 2010), which mainline reduces long recordings with before it builds an index (scikit-learn's MiniBatchKMeans,
/// init "random"): each centre is the mean of all rows that ever were nearest to it. It ends when the smoothed error of a batch has not
/// fallen for 10 batches. A centre that no row came to stays the row that it began as.
/// </summary>
internal static class MiniBatchKMeans
{
    private const int BatchRows = 2 * NearestCentres.RowsAtOnce, Patience = 10, MostPasses = 100;

    /// <param name="progress">Batches done, of the batches of the pass.</param>
    /// <returns>[centres, dimension].</returns>
    internal static float[] Run(
        Backend backend, FeatureRows rows, int centres, ulong seed, int threads, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        int dimension = rows.Dimension, perPass = (rows.Count + BatchRows - 1) / BatchRows, unimproved = 0;
        RandomStream random = RandomStream.Named(seed, "mini-batch kmeans");
        float[] at = new float[centres * dimension];
        rows.Gather(random.Permutation(rows.Count).AsSpan(0, centres), at);
        long[] counts = new long[centres];
        double smoothing = Math.Min(1, 2.0 * BatchRows / (rows.Count + 1)), smoothed = double.NaN, least = double.PositiveInfinity;
        using NearestCentres search = new(backend, dimension, centres, threads);
        for (int pass = 0; pass < MostPasses && unimproved < Patience; pass++)
        {
            int[] order = random.Permutation(rows.Count);
            for (int batch = 0; batch < perPass && unimproved < Patience; batch++)
            {
                cancellation.ThrowIfCancellationRequested();
                Memory<int> chosen = order.AsMemory(batch * BatchRows, Math.Min(BatchRows, rows.Count - (batch * BatchRows)));
                double error = Step(rows, chosen, search, at, counts) / chosen.Length;
                smoothed = double.IsNaN(smoothed) ? error : smoothed + (smoothing * (error - smoothed));
                unimproved = smoothed < least ? 0 : unimproved + 1;
                least = Math.Min(least, smoothed);
                progress?.Invoke(batch + 1, perPass);
            }
        }

        return at;
    }

    // Sum of squared distances before the centres move. A centre c of n rows that gains x becomes c + (x - c) / (n + 1).
    private static double Step(FeatureRows rows, Memory<int> chosen, NearestCentres search, float[] at, long[] counts)
    {
        int dimension = rows.Dimension;
        int[] nearest = new int[chosen.Length];
        search.Set(at);
        for (int first = 0; first < chosen.Length; first += NearestCentres.RowsAtOnce)
        {
            int count = Math.Min(NearestCentres.RowsAtOnce, chosen.Length - first);
            search.Find(rows, chosen.Slice(first, count), nearest.AsMemory(first, count));
        }

        double error = 0;
        for (int i = 0; i < nearest.Length; i++) error += SquaredDistances.Between(rows[chosen.Span[i]], at.AsSpan(nearest[i] * dimension, dimension));
        for (int i = 0; i < nearest.Length; i++)
        {
            ReadOnlySpan<float> row = rows[chosen.Span[i]];
            Span<float> centre = at.AsSpan(nearest[i] * dimension, dimension);
            float share = 1f / ++counts[nearest[i]];
            for (int d = 0; d < centre.Length; d++) centre[d] += share * (row[d] - centre[d]);
        }

        return error;
    }
}
