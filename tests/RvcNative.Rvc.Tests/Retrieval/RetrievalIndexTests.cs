using System.Globalization;
using FsCheck.Xunit;
using RvcNative.Formats;
using RvcNative.Formats.Faiss;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Retrieval;
using RvcNative.Rvc.Tests.Conversion;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Retrieval;

public class RetrievalIndexTests
{
    [Property(MaxTest = 40)]
    public void Search_finds_what_a_plain_loop_in_double_finds(byte dimension, ushort count, byte queries, byte lists, byte nprobe, byte k, ulong seed)
    {
        int d = 1 + (dimension % 100), n = 1 + (count % 400), probes = 1 + (nprobe % 6), neighbours = 1 + (k % 12), of = 1 + (queries % 40);
        float[] rows = Made.Rows(n, d, seed: seed), asked = Made.Rows(of, d, seed: seed + 1);
        int parts = Math.Min(n, lists % 20);
        FaissIndex index = parts == 0 ? Made.Flat(rows, d) : Made.Lists(rows, d, parts, probes);
        Neighbours found = new RetrievalIndex("made", index, threads: 2).Search(asked, neighbours);
        for (int query = 0; query < of; query++)
        {
            (int Place, double Distance)[] wanted = Made.Nearest(index, asked, query, neighbours, probes);
            for (int i = 0; i < neighbours; i++)
            {
                int at = (query * neighbours) + i;
                if (i >= wanted.Length)
                {
                    Assert.Equal((-1L, -1, float.MaxValue), (found.Ids[at], found.Places[at], found.SquaredDistances[at]));
                    continue;
                }

                // Neighbours that are equally near in float may change places.
                Assert.Equal(wanted[i].Distance, found.SquaredDistances[at], 1e-5 * (1e-3 + wanted[i].Distance));
                Assert.Equal(wanted[i].Distance, Made.Distance(asked, query, index.Vectors, found.Places[at], d), 1e-5 * (1e-3 + wanted[i].Distance));
                Assert.Equal(index.Ids[found.Places[at]], found.Ids[at]);
            }
        }
    }

    [Fact]
    public void Neither_threads_nor_company_change_a_result()
    {
        const int dimension = 45;
        FaissIndex index = Made.Lists(Made.Rows(700, dimension), dimension, 30, nprobe: 2);
        float[] queries = Made.Rows(101, dimension, seed: 9);
        float[] one = new RetrievalIndex("made", index, threads: 1).Blend(queries, 0.6), three = new RetrievalIndex("made", index, threads: 3).Blend(queries, 0.6);
        Assert.Equal(one, three);
        for (int query = 0; query < 101; query += 7)
        {
            float[] alone = new RetrievalIndex("made", index).Blend(queries[(query * dimension)..((query + 1) * dimension)], 0.6);
            Assert.Equal(one[(query * dimension)..((query + 1) * dimension)], alone);
        }
    }

    [Fact]
    public void More_lists_find_nearer_vectors_and_all_lists_the_nearest()
    {
        const int dimension = 16;
        float[] rows = Made.Rows(500, dimension, spread: 2), queries = Made.Rows(60, dimension, seed: 2, spread: 2);
        FaissIndex lists = Made.Lists(rows, dimension, 25);
        RetrievalIndex index = new("made", lists);
        double[] sums = [.. ((int[])[1, 3, 25, 1000]).Select(nprobe => index.Search(queries, nprobe: nprobe).SquaredDistances.Where(each => each < float.MaxValue).Sum(each => (double)each))];
        Neighbours all = index.Search(queries, nprobe: 25), flat = new RetrievalIndex("flat", Made.Flat(rows, dimension)).Search(queries);
        Assert.Equal(flat.Ids, all.Ids);
        Assert.Equal(flat.SquaredDistances, all.SquaredDistances);
        Assert.Equal(sums[2], sums[3]);
        Assert.NotEqual(sums[0], sums[1]);
    }

    [Fact]
    public void Blending_weighs_by_the_inverse_square_of_the_squared_distance()
    {
        FaissIndex flat = Made.Flat([1, 0, 0, 2, -3, 0], 2);
        float[] blended = new RetrievalIndex("made", flat).Blend([0, 0], 0.5);
        double sum = 1 + (1 / 16.0) + (1 / 81.0);
        Assert.Equal(0.5 * (1 - (3 / 81.0)) / sum, blended[0], 1e-6);
        Assert.Equal(0.5 * (2 / 16.0) / sum, blended[1], 1e-6);
    }

    [Fact]
    public void An_exact_hit_takes_that_vector_and_many_their_mean()
    {
        const int dimension = 3;
        float[] rows = Made.Rows(20, dimension);
        rows.AsSpan(0, dimension).CopyTo(rows.AsSpan(5 * dimension));
        float[] queries = [.. rows[..dimension], .. rows[(7 * dimension)..(8 * dimension)]];
        RetrievalIndex index = new("made", Made.Flat(rows, dimension));
        Assert.Equal(queries, index.Blend(queries, 1));
        Assert.Equal((0f, 0f), (index.Search(queries).SquaredDistances[0], index.Search(queries).SquaredDistances[1]));
        Assert.Equal([0L, 5L], index.Search(queries).Ids[..2]);
    }

    [Fact]
    public void Distances_however_small_or_large_make_nothing_that_is_not_finite()
    {
        float[] rows = [1e-22f, 0, 0, 3e-22f, 1e-19f, 1e-19f, 1e18f, 1e18f, -3e19f, 3e19f];
        float[] queries = [0, 0, 1e-22f, 1e-22f, 1e18f, 1e18f, 3e19f, -3e19f, float.MaxValue, float.MaxValue];
        float[] blended = new RetrievalIndex("made", Made.Flat(rows, 2)).Blend(queries, 0.75);
        Assert.All(blended, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(queries[8..], blended[8..]);
    }

    [Fact]
    public void A_frame_without_neighbours_stays_and_an_index_rate_of_0_changes_nothing()
    {
        // The second list is empty, and it is the one that the query is nearest to.
        RetrievalIndex index = new("made", new FaissIndex(1, 1, [0, 10], [3, 0], [0, 1, 2], [0, 1, 2]));
        Assert.Equal([-1L, -1, -1, -1, -1, -1, -1, -1], index.Search([9]).Ids);
        Assert.Equal([9f], index.Blend([9], 1));
        Assert.Equal([2L, 1, 0, -1, -1, -1, -1, -1], index.Search([9], nprobe: 2).Ids);
        Assert.Equal([0.5f], index.Blend([0.5f], 0));
    }

    [SkippableFact]
    public void Faiss_finds_the_same_ids_in_the_file_that_we_build()
    {
        const int dimension = 24;
        using TestFolder folder = new();
        FaissIndex index = Made.Lists(Made.Rows(900, dimension), dimension, 23, nprobe: 2);
        float[] queries = Made.Rows(50, dimension, seed: 4);
        index.Write(folder["ours.index"]);
        NpyFile.Write(folder["queries.npy"], FileTensor.FromFloat32([50, dimension], queries));
        string said = DebianPython.Run("faiss", """
            import sys, faiss, numpy as np
            i = faiss.read_index(sys.argv[1])
            for nprobe in (2, 5, 23):
                i.nprobe = nprobe
                d, ids = i.search(np.load(sys.argv[2]), 8)
                print(*ids.ravel())
            """, folder["ours.index"], folder["queries.npy"]);
        RetrievalIndex read = RetrievalIndex.Read(folder["ours.index"]);
        string[] lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int?[] probes = [null, 5, 23];
        for (int i = 0; i < 3; i++) Assert.Equal(lines[i].Split(' ').Select(id => long.Parse(id, CultureInfo.InvariantCulture)), read.Search(queries, nprobe: probes[i]).Ids);
    }

    [Fact]
    public void An_index_without_vectors_is_refused_by_its_name()
    {
        string message = Assert.Throws<FileFormatException>(() => new RetrievalIndex("trained_IVF2.index", new FaissIndex(1, 1, [0, 1], [0, 0], [], []))).Message;
        Assert.StartsWith("trained_IVF2.index: holds no vectors", message);
        Assert.Contains("added_*.index", message);
    }

    [Fact]
    public void Wrong_calls_are_refused()
    {
        RetrievalIndex index = new("made", Made.Flat([1, 2, 3, 4], 2));
        Assert.Contains("3 values", Assert.Throws<ArgumentException>(() => index.Search([1, 2, 3])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 2], k: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 2], nprobe: 0));
    }
}
