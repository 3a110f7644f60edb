using FsCheck.Xunit;
using RvcNative.Formats.Faiss;
using RvcNative.Formats.Npy;
using RvcNative.Formats.Safetensors;
using RvcNative.Tests;

namespace RvcNative.Formats.Tests.Faiss;

public class FaissIndexTests
{
    [Property(MaxTest = 30)]
    public void What_was_written_is_read_back(byte dimension, byte lists, ushort count, byte nprobe, byte filled, int seed)
    {
        using TestFolder folder = new();
        FaissIndex index = Indexes.Make(1 + dimension, 1 + (lists % 40), count % 300, seed, 1 + nprobe, 1 + (filled % 40));
        index.Write(folder["a.index"]);
        Indexes.AssertEqual(index, FaissIndex.Read(folder["a.index"]));
        Assert.Equal(["a.index"], Directory.GetFiles(folder.FullName).Select(Path.GetFileName));
    }

    [Property(MaxTest = 10)]
    public void A_flat_index_is_read_back(byte dimension, byte count, int seed)
    {
        using TestFolder folder = new();
        FaissIndex index = Indexes.MakeFlat(1 + dimension, count, seed);
        index.Write(folder["a.index"]);
        FaissIndex read = FaissIndex.Read(folder["a.index"]);
        Indexes.AssertEqual(index, read);
        Assert.Equal((1, (int)count), (read.Lists, read.ListSize(0)));
    }

    [SkippableFact]
    public void The_golden_index_is_read_and_written_again_byte_for_byte()
    {
        string path = Golden.RequireOrSkip("index-faiss", "added.index");
        FaissIndex index = FaissIndex.Read(path);
        SafetensorsFile expected = SafetensorsFile.Read(Golden.RequireOrSkip("index-faiss", "expected.safetensors"));
        Assert.Equal((768, 2000, 51, 1, false), (index.Dimension, index.Count, index.Lists, index.Nprobe, index.IsFlat));
        Assert.Equal(expected["list_sizes"].ToInt64(), Enumerable.Range(0, index.Lists).Select(list => (long)index.ListSize(list)));
        Assert.Equal(expected["centroids_head"].ToFloat32(), index.Centroids[..(3 * 768)]);
        Assert.Equal(Enumerable.Range(0, 2000).Select(id => (long)id), index.Ids.Order());
        using TestFolder folder = new();
        index.Write(folder["again.index"]);
        Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(folder["again.index"])));
    }

    [SkippableFact]
    public void Faiss_reads_ours_and_writes_the_same_bytes()
    {
        using TestFolder folder = new();
        FaissIndex full = Indexes.Make(12, 20, 100, nprobe: 5), sparse = Indexes.Make(12, 20, 100, nprobe: 2, filledLists: 3);
        full.Write(folder["full.index"]);
        sparse.Write(folder["sparse.index"]);
        string said = DebianPython.Run("faiss", """
            import sys, faiss, numpy as np
            for name in ("/full", "/sparse"):
                i = faiss.read_index(sys.argv[1] + name + ".index")
                faiss.write_index(i, sys.argv[1] + name + ".theirs")
                np.save(sys.argv[1] + name + ".npy", i.reconstruct_n(0, i.ntotal))
                print(type(i).__name__, i.d, i.ntotal, i.nlist, i.nprobe, i.metric_type, end=";")
            """, folder.FullName);
        Assert.Equal("IndexIVFFlat 12 100 20 5 1;IndexIVFFlat 12 100 20 2 1;", said.Trim());
        foreach ((string name, FaissIndex index) in (ReadOnlySpan<(string, FaissIndex)>)[("full", full), ("sparse", sparse)])
        {
            Assert.Equal(File.ReadAllBytes(folder[$"{name}.index"]), File.ReadAllBytes(folder[$"{name}.theirs"]));
            AssertRows(NpyFile.Read(folder[$"{name}.npy"]).ToFloat32(), index);
        }
    }

    [SkippableFact]
    public void Files_of_faiss_are_read()
    {
        using TestFolder folder = new();
        DebianPython.Run("faiss", """
            import sys, faiss, numpy as np
            x = np.random.RandomState(5).rand(300, 9).astype("f4")
            np.save(sys.argv[1] + "/x.npy", x)
            def write(name, factory, then=lambda i: None):
                i = faiss.index_factory(9, factory)
                i.train(x); i.add(x); then(i)
                faiss.write_index(i, sys.argv[1] + "/" + name)
            write("plain", "IVF7,Flat")
            write("array", "IVF7,Flat", lambda i: i.make_direct_map())
            write("table", "IVF7,Flat", lambda i: i.set_direct_map_type(faiss.DirectMap.Hashtable))
            write("flat", "Flat")
            """, folder.FullName);
        float[] x = NpyFile.Read(folder["x.npy"]).ToFloat32();
        foreach ((string name, int lists) in (ReadOnlySpan<(string, int)>)[("plain", 7), ("array", 7), ("table", 7), ("flat", 1)])
        {
            FaissIndex index = FaissIndex.Read(folder[name]);
            Assert.Equal((9, 300, lists, 1), (index.Dimension, index.Count, index.Lists, index.Nprobe));
            AssertRows(x, index);
        }
    }

    [SkippableFact]
    public void Other_kinds_are_refused_by_name()
    {
        using TestFolder folder = new();
        DebianPython.Run("faiss", """
            import sys, faiss, numpy as np
            x = np.random.RandomState(5).rand(400, 8).astype("f4")
            for n, (factory, metric) in enumerate([("Flat", 0), ("Flat", 2), ("IVF4,Flat", 0), ("IVF4,PQ4", 1), ("PCA4,IVF4,Flat", 1), ("IVF4_HNSW8,Flat", 1), ("HNSW8", 1), ("IVF4,SQ8", 1)]):
                i = faiss.index_factory(8, factory, metric)
                i.train(x); i.add(x)
                faiss.write_index(i, f"{sys.argv[1]}/{n}.index")
            """, folder.FullName);
        string[] words =
        [
            "IndexFlatIP, which compares by inner product", "IndexFlat of a metric that is not L2", "compares by metric 0 (inner product), expected 1 (L2)",
            "its index is an IndexIVFPQ", "IndexPreTransform", "its quantiser is an IndexHNSWFlat", "IndexHNSWFlat", "IndexIVFScalarQuantizer",
        ];
        for (int i = 0; i < words.Length; i++)
        {
            string message = Assert.Throws<FileFormatException>(() => FaissIndex.Read(folder[$"{i}.index"])).Message;
            Assert.StartsWith(folder[$"{i}.index"], message);
            Assert.Contains(words[i], message);
        }
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new FaissIndex(2, 1, [0, 0], [1, 1], [1, 2, 3, 4], [0, 1]));
        Assert.Throws<ArgumentException>(() => new FaissIndex(2, 1, [], [1, 1], [1, 2, 3, 4], [0, 1]));
        Assert.Throws<ArgumentException>(() => new FaissIndex(2, 1, [], [2], [1, 2, 3, 4], [0]));
        Assert.Throws<ArgumentException>(() => new FaissIndex(2, 1, [], [2], [1, 2, 3], [0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaissIndex(2, 0, [], [1], [1, 2], [0]));
    }

    // rows [N, dimension] by id.
    private static void AssertRows(float[] rows, FaissIndex index)
    {
        for (int place = 0; place < index.Count; place++)
        {
            Assert.Equal(rows.AsSpan((int)index.Ids[place] * index.Dimension, index.Dimension).ToArray(), index.Vector(place).ToArray());
        }
    }
}
