namespace RvcNative.Formats.Faiss;

/// <summary>
/// Vectors for search by squared L2 distance, as faiss's IndexIVFFlat keeps them (in lists, each by its centroid) or its IndexFlatL2
/// (one list, no centroids). Memory is the vectors' own; nobody writes to it.
/// </summary>
public sealed class FaissIndex
{
    /// <param name="nprobe">Lists that a search looks at unless told otherwise.</param>
    /// <param name="centroids">[lists, dimension]; empty for a flat index.</param>
    /// <param name="listSizes">Vectors in each list; one number for a flat index.</param>
    /// <param name="vectors">[N, dimension], list after list.</param>
    /// <param name="ids">[N], in the order of the vectors.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public FaissIndex(int dimension, int nprobe, float[] centroids, int[] listSizes, float[] vectors, long[] ids)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(nprobe, 1);
        IsFlat = centroids.Length == 0;
        if (IsFlat ? listSizes.Length != 1 : (long)listSizes.Length * dimension != centroids.Length)
        {
            throw new ArgumentException($"{centroids.Length:N0} values of centroids do not fit {listSizes.Length:N0} lists of {dimension}", nameof(centroids));
        }

        int[] starts = new int[listSizes.Length + 1];
        for (int list = 0; list < listSizes.Length; list++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(listSizes[list], nameof(listSizes));
            starts[list + 1] = checked(starts[list] + listSizes[list]);
        }

        if (starts[^1] != ids.Length || (long)ids.Length * dimension != vectors.Length)
        {
            throw new ArgumentException(
                $"{vectors.Length:N0} values and {ids.Length:N0} ids do not fit {starts[^1]:N0} vectors of {dimension}", nameof(vectors));
        }

        (Dimension, Nprobe, Centroids, ListStarts, Vectors, Ids) = (dimension, nprobe, centroids, starts, vectors, ids);
    }

    /// <summary>Values of a vector.</summary>
    public int Dimension { get; }

    /// <summary>Lists that a search looks at unless told otherwise.</summary>
    public int Nprobe { get; }

    /// <summary>Whether there are no centroids, so that every search looks at every vector.</summary>
    public bool IsFlat { get; }

    /// <summary>N.</summary>
    public int Count => Ids.Length;

    public int Lists => ListStarts.Length - 1;

    /// <summary>[lists, dimension]; empty for a flat index.</summary>
    public float[] Centroids { get; }

    /// <summary>First vector of every list, and N at the end.</summary>
    public int[] ListStarts { get; }

    /// <summary>[N, dimension], list after list.</summary>
    public float[] Vectors { get; }

    /// <summary>[N], in the order of the vectors; for an index of mainline's a permutation of 0 … N - 1.</summary>
    public long[] Ids { get; }

    public int ListSize(int list) => ListStarts[list + 1] - ListStarts[list];

    public ReadOnlySpan<float> Vector(int place) => Vectors.AsSpan(place * Dimension, Dimension);

    /// <summary>Reads a file of faiss.write_index: IndexIVFFlat over IndexFlatL2, or IndexFlatL2.</summary>
    /// <exception cref="FileFormatException">Damaged, cut short, of another kind or metric, or with values that are not finite.</exception>
    public static FaissIndex Read(string path) => FaissIndexReader.Read(path);

    /// <summary>Writes the file that faiss.read_index reads, whole or not at all.</summary>
    public void Write(string path) => FaissIndexWriter.Write(path, this);
}
