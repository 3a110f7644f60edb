namespace RvcNative.Formats.Faiss;

/// <summary>
/// Reads faiss/impl/index_read.cpp's layout. IndexIVFFlat: "IwFl", header, lists uint64, nprobe uint64, the quantiser (an IndexFlatL2), direct map,
/// inverted lists. IndexFlatL2: "IxF2", header, count uint64, floats. Header: dimension int32, N int64, 2 unused int64, trained uint8, metric int32.
/// </summary>
internal static class FaissIndexReader
{
    internal const string IvfFlat = "IwFl", FlatL2 = "IxF2", ArrayLists = "ilar", FullSizes = "full", SparseSizes = "sprs";

    internal const int MetricL2 = 1;

    private const int HighestDimension = 1 << 20;

    // faiss/impl/index_read.cpp's names of what people build beside it.
    private static readonly Dictionary<string, string> s_others = new()
    {
        ["IxFI"] = "IndexFlatIP, which compares by inner product",
        ["IxFl"] = "IndexFlat of a metric that is not L2",
        ["IvFl"] = "IndexIVFFlat as faiss before 1.2 wrote it",
        ["IvPQ"] = "IndexIVFPQ",
        ["IwPQ"] = "IndexIVFPQ",
        ["IwPf"] = "IndexIVFPQFastScan",
        ["IwSq"] = "IndexIVFScalarQuantizer",
        ["IxPT"] = "IndexPreTransform",
        ["IxPq"] = "IndexPQ",
        ["IxSQ"] = "IndexScalarQuantizer",
        ["IxMp"] = "IndexIDMap",
        ["IxM2"] = "IndexIDMap2",
        ["IxRF"] = "IndexRefine",
        ["IHNf"] = "IndexHNSWFlat",
        ["IxHE"] = "IndexHNSW",
    };

    private sealed record Header(int Dimension, long Count);

    internal static FaissIndex Read(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such file; expected a retrieval index, such as logs/NAME/added_*.index", path);
        using FileStream file = File.OpenRead(path);
        FaissStream stream = new(path, file);
        if (stream.Remaining < 4) throw stream.Damaged($"not a faiss index: it has {stream.Remaining} bytes");
        string tag = stream.Tag("kind");
        FaissIndex index = tag switch
        {
            IvfFlat => ReadIvf(stream),
            FlatL2 => ReadFlat(stream),
            _ => throw stream.Damaged(Unknown(tag, "index")),
        };
        return stream.Remaining == 0 ? index : throw stream.Damaged($"{stream.Remaining:N0} bytes follow the index; it is damaged: fetch or build it again");
    }

    private static FaissIndex ReadFlat(FaissStream stream)
    {
        Header header = ReadHeader(stream, "index");
        float[] vectors = ReadMatrix(stream, header, "vectors");
        long[] ids = new long[header.Count];
        for (int i = 0; i < ids.Length; i++) ids[i] = i;
        return new FaissIndex(header.Dimension, 1, [], [ids.Length], vectors, ids);
    }

    private static FaissIndex ReadIvf(FaissStream stream)
    {
        Header header = ReadHeader(stream, "index");
        int lists = stream.Count("lists", sizeof(float) * (long)header.Dimension);
        if (lists == 0) throw stream.Damaged("has no lists; build it again");
        long nprobe = stream.Int64("nprobe");
        if (nprobe is < 1 or > int.MaxValue) throw stream.Damaged($"nprobe is {(ulong)nprobe:N0}, expected 1 or more; it is damaged: fetch or build it again");

        string quantiser = stream.Tag("quantiser");
        if (quantiser != FlatL2) throw stream.Damaged(Unknown(quantiser, "quantiser"));
        Header coarse = ReadHeader(stream, "quantiser");
        if (coarse != new Header(header.Dimension, lists))
        {
            throw stream.Damaged($"its quantiser has {coarse.Count:N0} centroids of {coarse.Dimension}, expected {lists:N0} of {header.Dimension}");
        }

        float[] centroids = ReadMatrix(stream, coarse, "centroids");
        SkipDirectMap(stream);
        int[] sizes = ReadListSizes(stream, header, lists);
        float[] vectors = NewMatrix(stream, header);
        long[] ids = new long[header.Count];
        for (int list = 0, start = 0; list < lists; start += sizes[list++])
        {
            stream.Floats(vectors.AsSpan(start * header.Dimension, sizes[list] * header.Dimension), $"list {list}");
            stream.Int64s(ids.AsSpan(start, sizes[list]), $"ids of list {list}");
        }

        return new FaissIndex(header.Dimension, (int)nprobe, centroids, sizes, vectors, ids);
    }

    private static Header ReadHeader(FaissStream stream, string what)
    {
        int dimension = stream.Int32($"dimension of the {what}");
        long count = stream.Int64($"number of vectors of the {what}");
        stream.Int64("header");
        stream.Int64("header");
        byte trained = stream.Byte("header");
        int metric = stream.Int32("metric");
        if (dimension is < 1 or > HighestDimension) throw stream.Damaged($"the {what} has vectors of {dimension:N0} values, expected 1 to {HighestDimension:N0}");
        stream.Announce($"vectors of the {what}", count, sizeof(float) * (long)dimension);
        if (metric != MetricL2)
        {
            throw stream.Damaged($"the {what} compares by metric {metric}{(metric == 0 ? " (inner product)" : "")}, expected {MetricL2} (L2), "
                + "which retrieved features are weighted by; build it with faiss.METRIC_L2");
        }

        return trained == 1 ? new Header(dimension, count) : throw stream.Damaged($"the {what} is not trained (flag {trained}, expected 1); build it again");
    }

    private static float[] ReadMatrix(FaissStream stream, Header header, string what)
    {
        long count = stream.Count(what, sizeof(float));
        if (count != header.Count * header.Dimension)
        {
            throw stream.Damaged($"{count:N0} values of {what}, expected {header.Count:N0} x {header.Dimension}; it is damaged: fetch or build it again");
        }

        float[] values = NewMatrix(stream, header);
        stream.Floats(values, what);
        return values;
    }

    private static float[] NewMatrix(FaissStream stream, Header header) => header.Count * header.Dimension <= Array.MaxLength
        ? new float[header.Count * header.Dimension]
        : throw stream.Damaged($"has {header.Count:N0} vectors of {header.Dimension}, more than {Array.MaxLength:N0} values; build it of fewer");

    // It finds vectors by their id, which search does not need: none, an array of 8 bytes an id or a table of 16.
    private static void SkipDirectMap(FaissStream stream)
    {
        const int Table = 2;
        int type = stream.Byte("direct map");
        if (type > Table) throw stream.Damaged($"a direct map of type {type}, expected 0 to {Table}; it is damaged: fetch or build it again");
        stream.Skip(8L * stream.Count("direct map", 8));
        if (type == Table) stream.Skip(16L * stream.Count("direct map's table", 16));
    }

    private static int[] ReadListSizes(FaissStream stream, Header header, int lists)
    {
        string tag = stream.Tag("lists");
        if (tag != ArrayLists) throw stream.Damaged($"its lists are of the kind '{Shown(tag)}', expected '{ArrayLists}' (in the file itself)");
        long found = stream.Int64("number of lists"), codeBytes = stream.Int64("bytes of a vector");
        if (found != lists || codeBytes != sizeof(float) * header.Dimension)
        {
            throw stream.Damaged($"{found:N0} lists of vectors of {codeBytes:N0} bytes, expected {lists:N0} of {sizeof(float) * header.Dimension:N0}");
        }

        string form = stream.Tag("form of the lists");
        if (form is not (FullSizes or SparseSizes)) throw stream.Damaged($"list sizes in the form '{Shown(form)}', expected '{FullSizes}' or '{SparseSizes}'");
        long[] stored = new long[stream.Count("list sizes", sizeof(long))];
        stream.Int64s(stored, "list sizes");
        int[] sizes = new int[lists];
        if (form == FullSizes ? stored.Length != lists : stored.Length % 2 != 0)
        {
            throw stream.Damaged($"{stored.Length:N0} numbers for the sizes of {lists:N0} lists; it is damaged: fetch or build it again");
        }

        long sum = 0;
        for (int i = 0; i < stored.Length; i++)
        {
            long list = form == FullSizes ? i : stored[i++], size = stored[i];
            if (list < 0 || list >= lists || size < 0 || size > header.Count || sizes[list] != 0)
            {
                throw stream.Damaged($"list {(ulong)list:N0} of {lists:N0} with {(ulong)size:N0} of {header.Count:N0} vectors; it is damaged: fetch or build it again");
            }

            sizes[list] = (int)size;
            sum += size;
        }

        if (sum != header.Count) throw stream.Damaged($"its lists have {sum:N0} vectors, expected {header.Count:N0}; it is damaged: fetch or build it again");
        stream.Announce("vectors", header.Count, codeBytes + sizeof(long));
        return sizes;
    }

    private static string Unknown(string tag, string what) => s_others.TryGetValue(tag, out string? name)
        ? $"its {what} is an {name}; IndexIVFFlat and IndexFlatL2 are read: build it as mainline does (\"IVF<n>,Flat\"), or with `rvcnative index`"
        : $"not a faiss index of a kind that is known: its {what} begins with '{Shown(tag)}', expected '{IvfFlat}' (IndexIVFFlat) or '{FlatL2}' (IndexFlatL2)";

    private static string Shown(string tag) => string.Concat(tag.Select(letter => letter is >= ' ' and <= '~' ? $"{letter}" : $"\\x{(int)letter:x2}"));
}
