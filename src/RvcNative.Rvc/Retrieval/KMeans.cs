using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Retrieval;

/// <summary>Rows in clusters.</summary>
/// <param name="Centres">[K, dimension].</param>
/// <param name="Nearest">For each row its centre.</param>
/// <param name="Inertia">Sum of squared distances to the nearest centre, before each move of the centres and after the last.</param>
internal sealed record Clusters(float[] Centres, int[] Nearest, IReadOnlyList<double> Inertia);

/// <summary>
/// Lloyd's k-means from a random choice of rows, as faiss trains the lists of an IVF index (faiss/Clustering.cpp, 10 iterations). A cluster
/// without rows moves to the row that is farthest from its own centre, which never makes things worse; faiss splits a large cluster instead.
/// The same for every number of threads.
/// </summary>
internal static class KMeans
{
    internal const int DefaultIterations = 10;

    /// <param name="progress">Iterations done, of iterations.</param>
    internal static Clusters Run(
        Backend backend, FeatureRows rows, int centres, ulong seed, int threads, int iterations = DefaultIterations,
        Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        int dimension = rows.Dimension;
        float[] at = new float[centres * dimension];
        rows.Gather(RandomStream.Named(seed, "kmeans").Permutation(rows.Count).AsSpan(0, centres), at);
        int[] all = [.. Enumerable.Range(0, rows.Count)], nearest = new int[rows.Count], before = new int[rows.Count];
        before.AsSpan().Fill(-1);
        float[] distances = new float[rows.Count];
        List<double> inertia = [];
        using NearestCentres search = new(backend, dimension, centres, threads);
        for (int iteration = 0; ; iteration++)
        {
            search.Set(at);
            for (int first = 0; first < rows.Count; first += NearestCentres.RowsAtOnce)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(NearestCentres.RowsAtOnce, rows.Count - first);
                search.Find(rows, all.AsMemory(first, count), nearest.AsMemory(first, count));
            }

            Workers.ForEach(all, threads, row => distances[row] = SquaredDistances.Between(rows[row], at.AsSpan(nearest[row] * dimension, dimension)), cancellation);
            inertia.Add(distances.Sum(distance => (double)distance));
            if (iteration == iterations || nearest.AsSpan().SequenceEqual(before)) return new Clusters(at, nearest, inertia);
            nearest.CopyTo(before, 0);
            Move(rows, nearest, distances, at, centres, threads);
            progress?.Invoke(iteration + 1, iterations);
        }
    }

    // Each centre to the mean of its rows, summed in the order of the rows and in double.
    private static void Move(FeatureRows rows, int[] nearest, float[] distances, float[] at, int centres, int threads)
    {
        int dimension = rows.Dimension;
        List<int>[] members = [.. Enumerable.Range(0, centres).Select(_ => new List<int>())];
        for (int row = 0; row < nearest.Length; row++) members[nearest[row]].Add(row);
        Workers.ForEach([.. Enumerable.Range(0, centres).Where(centre => members[centre].Count > 0)], threads, centre =>
        {
            double[] sum = new double[dimension];
            foreach (int row in members[centre])
            {
                ReadOnlySpan<float> values = rows[row];
                for (int d = 0; d < dimension; d++) sum[d] += values[d];
            }

            for (int d = 0; d < dimension; d++) at[(centre * dimension) + d] = (float)(sum[d] / members[centre].Count);
        }, CancellationToken.None);

        int[] empty = [.. Enumerable.Range(0, centres).Where(centre => members[centre].Count == 0)];
        if (empty.Length == 0) return;
        int[] farthest = [.. Enumerable.Range(0, nearest.Length).Where(row => distances[row] > 0).OrderByDescending(row => distances[row]).Take(empty.Length)];
        for (int i = 0; i < farthest.Length; i++) rows[farthest[i]].CopyTo(at.AsSpan(empty[i] * dimension));
    }
}
