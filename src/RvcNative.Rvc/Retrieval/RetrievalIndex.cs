using System.Numerics.Tensors;
using RvcNative.Formats;
using RvcNative.Formats.Faiss;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Retrieval;

/// <summary>What a search found: Q queries, k for each, nearest first.</summary>
/// <param name="Ids">[Q, k]; -1 where the lists that were looked at have fewer than k.</param>
/// <param name="SquaredDistances">[Q, k]; the largest float where there is none.</param>
/// <param name="Places">[Q, k]; rows of the index's vectors, -1 where there is none.</param>
public sealed record Neighbours(int K, long[] Ids, float[] SquaredDistances, int[] Places);

/// <summary>
/// A voice's own features, to which those of a recording are drawn (mainline infer/vc/pipeline.py, vc). Immutable; many threads may search it.
/// </summary>
public sealed class RetrievalIndex
{
    public const int DefaultNeighbours = 8;

    // Queries that pass a centroid together, and centroids or vectors whose distances are kept at once.
    private const int QueryBlock = 16, RowBlock = 512;
    private readonly FaissIndex _index;

    /// <param name="name">For messages, such as the file's path.</param>
    /// <param name="threads">Threads of a search; 0 takes one per processor. Results do not depend on it.</param>
    /// <exception cref="FileFormatException">It holds no vectors.</exception>
    public RetrievalIndex(string name, FaissIndex index, int threads = 0)
    {
        (Name, Threads, _index) = (name, threads, index);
        if (index.Count == 0)
        {
            throw new FileFormatException(name, "holds no vectors, only the centroids that mainline's trained_*.index has; take the file named added_*.index");
        }
    }

    public string Name { get; }

    public int Threads { get; }

    /// <summary>Values of a feature frame: 256 for v1 voices, 768 for v2.</summary>
    public int Dimension => _index.Dimension;

    public int Count => _index.Count;

    public int Lists => _index.Lists;

    /// <summary>Lists that are looked at unless told otherwise; the file says.</summary>
    public int Nprobe => Math.Min(_index.Nprobe, _index.Lists);

    /// <summary>Reads a faiss file of mainline's, Applio's or ours.</summary>
    /// <exception cref="FileFormatException">Damaged, of a kind that is not read, or without vectors.</exception>
    public static RetrievalIndex Read(string path, int threads = 0) => new(path, FaissIndex.Read(path), threads);

    /// <summary>Finds the nearest vectors among those of the nearest lists.</summary>
    /// <param name="queries">[Q, dimension].</param>
    /// <param name="nprobe">Lists to look at; null for the index's own number.</param>
    public Neighbours Search(float[] queries, int k = DefaultNeighbours, int? nprobe = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        int probes = Math.Min(nprobe ?? Nprobe, Lists), count = queries.Length / Dimension;
        ArgumentOutOfRangeException.ThrowIfLessThan(probes, 1, nameof(nprobe));
        if (count * Dimension != queries.Length) throw new ArgumentException($"{queries.Length} values are no whole number of rows of {Dimension}", nameof(queries));
        Neighbours found = new(k, new long[count * k], new float[count * k], new int[count * k]);
        Workers.ForEach([.. Enumerable.Range(0, (count + QueryBlock - 1) / QueryBlock)], Threads, block =>
        {
            int first = block * QueryBlock, end = Math.Min(count, first + QueryBlock);
            ReadOnlySpan<float> of = queries.AsSpan(first * Dimension, (end - first) * Dimension);
            Span<float> distances = found.SquaredDistances.AsSpan(first * k, (end - first) * k);
            Span<int> places = found.Places.AsSpan(first * k, (end - first) * k);
            if (_index.IsFlat) SearchAll(of, _index.Vectors, k, distances, places);
            else SearchLists(of, k, probes, distances, places);
        }, CancellationToken.None);
        for (int i = 0; i < found.Ids.Length; i++) found.Ids[i] = found.Places[i] < 0 ? -1 : _index.Ids[found.Places[i]];
        return found;
    }

    /// <summary>
    /// Draws each frame towards its nearest vectors, weighted by (1 / squared distance)^2 and normalised: rate * mix + (1 - rate) * frame. A
    /// frame that equals vectors takes their mean, where mainline's weights become NaN; one that finds none stays as it is.
    /// </summary>
    /// <param name="features">[Q, dimension]; not changed.</param>
    public float[] Blend(float[] features, double rate, int? nprobe = null, int k = DefaultNeighbours)
    {
        float[] blended = [.. features];
        if (rate == 0) return blended;
        Neighbours found = Search(features, k, nprobe);
        double[] weights = new double[k];
        float[] mix = new float[Dimension];
        for (int row = 0; row < features.Length / Dimension; row++)
        {
            if (!Weigh(found.SquaredDistances.AsSpan(row * k, k), found.Places.AsSpan(row * k, k), weights)) continue;
            Array.Clear(mix);
            for (int i = 0; i < k; i++)
            {
                if (weights[i] > 0) TensorPrimitives.MultiplyAdd(_index.Vector(found.Places[(row * k) + i]), (float)weights[i], mix, mix);
            }

            Span<float> frame = blended.AsSpan(row * Dimension, Dimension);
            TensorPrimitives.Multiply(frame, (float)(1 - rate), frame);
            TensorPrimitives.MultiplyAdd(mix, (float)rate, frame, frame);
        }

        return blended;
    }

    // In double no distance that a float holds but 0 makes 1 / d^2 overflow. False when there is no neighbour.
    private static bool Weigh(ReadOnlySpan<float> distances, ReadOnlySpan<int> places, Span<double> weights)
    {
        bool isHit = distances[0] == 0;
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double d = distances[i];
            weights[i] = places[i] < 0 ? 0 : !isHit ? 1 / (d * d) : d == 0 ? 1 : 0;
            sum += weights[i];
        }

        TensorPrimitives.Divide(weights, sum, weights);
        return sum > 0;
    }

    private void SearchLists(ReadOnlySpan<float> queries, int k, int probes, Span<float> distances, Span<int> places)
    {
        int count = queries.Length / Dimension;
        float[] toLists = new float[count * probes], toVectors = new float[RowBlock];
        int[] lists = new int[count * probes];
        SearchAll(queries, _index.Centroids, probes, toLists, lists);
        NearestSet.Clear(distances, places);
        for (int row = 0; row < count; row++)
        {
            // In the file's order, so that of equal distances the lower place comes first.
            Span<int> own = lists.AsSpan(row * probes, probes);
            own.Sort();
            NearestSet nearest = new(distances.Slice(row * k, k), places.Slice(row * k, k));
            foreach (int list in own)
            {
                if (list < 0) continue;
                for (int first = _index.ListStarts[list]; first < _index.ListStarts[list + 1]; first += RowBlock)
                {
                    int rows = Math.Min(RowBlock, _index.ListStarts[list + 1] - first);
                    Span<float> to = toVectors.AsSpan(0, rows);
                    SquaredDistances.Compute(queries.Slice(row * Dimension, Dimension), _index.Vectors.AsSpan(first * Dimension, rows * Dimension), Dimension, to);
                    nearest.Add(to, first);
                }
            }
        }
    }

    // The k nearest of all rows, for each query.
    private void SearchAll(ReadOnlySpan<float> queries, float[] rows, int k, Span<float> distances, Span<int> places)
    {
        int count = queries.Length / Dimension, total = rows.Length / Dimension;
        float[] to = new float[count * RowBlock];
        NearestSet.Clear(distances, places);
        for (int first = 0; first < total; first += RowBlock)
        {
            int columns = Math.Min(RowBlock, total - first);
            SquaredDistances.Compute(queries, rows.AsSpan(first * Dimension, columns * Dimension), Dimension, to.AsSpan(0, count * columns));
            for (int row = 0; row < count; row++)
            {
                new NearestSet(distances.Slice(row * k, k), places.Slice(row * k, k)).Add(to.AsSpan(row * columns, columns), first);
            }
        }
    }
}
