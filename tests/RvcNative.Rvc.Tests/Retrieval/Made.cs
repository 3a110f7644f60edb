using RvcNative.Formats;
using RvcNative.Formats.Faiss;
using RvcNative.Formats.Npy;
using RvcNative.Nn;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Retrieval;

namespace RvcNative.Rvc.Tests.Retrieval;

/// <summary>Made-up rows, and the search that is never tuned.</summary>
internal static class Made
{
    /// <summary>Around a few centres, as features of a voice are.</summary>
    internal static float[] Rows(int count, int dimension, int centres = 12, ulong seed = 1, double spread = 0.4)
    {
        RandomStream random = RandomStream.Named(seed, "rows");
        float[] at = [.. Enumerable.Range(0, centres * dimension).Select(_ => (float)random.NextNormal())], rows = new float[count * dimension];
        for (int row = 0; row < count; row++)
        {
            int centre = (int)(random.NextUInt64() % (ulong)centres);
            for (int d = 0; d < dimension; d++) rows[(row * dimension) + d] = at[(centre * dimension) + d] + (float)(spread * random.NextNormal());
        }

        return rows;
    }

    internal static FaissIndex Flat(float[] rows, int dimension) =>
        new(dimension, 1, [], [rows.Length / dimension], rows, [.. Enumerable.Range(0, rows.Length / dimension).Select(id => (long)id)]);

    /// <summary>Rows in lists by their nearest centroid; the first rows are the centroids.</summary>
    internal static FaissIndex Lists(float[] rows, int dimension, int lists, int nprobe = 1)
    {
        float[] centroids = rows[..(lists * dimension)];
        int count = rows.Length / dimension;
        int[] nearest = [.. Enumerable.Range(0, count).Select(row => Enumerable.Range(0, lists).MinBy(list => Distance(rows, row, centroids, list, dimension)))];
        int[] order = [.. Enumerable.Range(0, count).OrderBy(row => nearest[row])];
        return new FaissIndex(dimension, nprobe, centroids, [.. Enumerable.Range(0, lists).Select(list => nearest.Count(each => each == list))],
            [.. order.SelectMany(row => rows[(row * dimension)..((row + 1) * dimension)])], [.. order.Select(row => (long)row)]);
    }

    internal static double Distance(float[] a, int row, float[] b, int other, int dimension)
    {
        double sum = 0;
        for (int d = 0; d < dimension; d++)
        {
            double difference = (double)a[(row * dimension) + d] - b[(other * dimension) + d];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>Places and distances of the k nearest of a query, by looking at all vectors of the nearest lists in double.</summary>
    internal static (int Place, double Distance)[] Nearest(FaissIndex index, float[] queries, int query, int k, int nprobe)
    {
        int d = index.Dimension;
        IEnumerable<int> places = index.IsFlat ? Enumerable.Range(0, index.Count) : Enumerable.Range(0, index.Lists)
            .OrderBy(list => Distance(queries, query, index.Centroids, list, d)).Take(nprobe)
            .SelectMany(list => Enumerable.Range(index.ListStarts[list], index.ListSize(list)));
        return [.. places.Select(place => (place, Distance(queries, query, index.Vectors, place, d))).OrderBy(each => each.Item2).Take(k)];
    }

    /// <summary>Feature files of a voice.</summary>
    internal static ExperimentFolder Voice(string root, float[] rows, int dimension, int rowsPerFile = 100)
    {
        ExperimentFolder experiment = new(root);
        Directory.CreateDirectory(experiment.Features(dimension));
        for (int first = 0; first * dimension < rows.Length; first += rowsPerFile)
        {
            float[] part = rows[(first * dimension)..Math.Min(rows.Length, (first + rowsPerFile) * dimension)];
            NpyFile.Write(Path.Combine(experiment.Features(dimension), $"0_{first:d6}.npy"), FileTensor.FromFloat32([part.Length / dimension, dimension], part));
        }

        return experiment;
    }
}
