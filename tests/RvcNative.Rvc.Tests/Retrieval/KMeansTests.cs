using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Retrieval;

namespace RvcNative.Rvc.Tests.Retrieval;

public class KMeansTests
{
    [Property(MaxTest = 12)]
    public void Every_row_is_with_its_nearest_centre_and_the_error_never_rises(byte dimension, ushort count, byte centres, ulong seed)
    {
        int d = 1 + (dimension % 40), n = 20 + (count % 1500), k = 1 + (centres % Math.Min(n, 50));
        float[] rows = Made.Rows(n, d, seed: seed);
        using CpuBackend backend = new(2);
        Clusters clusters = KMeans.Run(backend, new FeatureRows([rows], d), k, seed, threads: 2);
        double sum = 0;
        for (int row = 0; row < n; row++)
        {
            double own = Made.Distance(rows, row, clusters.Centres, clusters.Nearest[row], d);
            double least = Enumerable.Range(0, k).Min(centre => Made.Distance(rows, row, clusters.Centres, centre, d));
            Assert.True(own <= least + (1e-4 * (1 + least)), $"row {row} is {own} from its centre, {least} from another");
            sum += own;
        }

        Assert.Equal(sum, clusters.Inertia[^1], 1e-4 * (1 + sum));
        for (int i = 1; i < clusters.Inertia.Count; i++) Assert.True(clusters.Inertia[i] <= clusters.Inertia[i - 1] * (1 + 1e-5));
        Assert.All(clusters.Centres, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Clusters_that_lie_apart_are_found()
    {
        const int dimension = 8, groups = 6;
        float[] rows = Made.Rows(600, dimension, groups, spread: 0.01);
        using CpuBackend backend = new(1);
        Clusters clusters = KMeans.Run(backend, new FeatureRows([rows], dimension), 30, seed: 3, threads: 1, iterations: 10);
        Assert.True(clusters.Inertia[^1] / 600 < 2 * dimension * 0.01 * 0.01, $"{clusters.Inertia[^1] / 600}");
        Assert.Equal(30, clusters.Nearest.Distinct().Count());
    }

    [Fact]
    public void The_seed_decides_and_the_threads_do_not()
    {
        const int dimension = 33;
        float[] rows = Made.Rows(3000, dimension, spread: 1);
        Clusters one = Run(1, 5), three = Run(3, 5), other = Run(1, 6);
        Assert.Equal(one.Centres, three.Centres);
        Assert.Equal(one.Nearest, three.Nearest);
        Assert.Equal(one.Inertia, three.Inertia);
        Assert.NotEqual(one.Centres, other.Centres);

        Clusters Run(int threads, ulong seed)
        {
            using CpuBackend backend = new(threads);
            return KMeans.Run(backend, new FeatureRows([rows], dimension), 40, seed, threads);
        }
    }

    [Fact]
    public void Rows_that_are_all_alike_leave_lists_empty_and_nothing_not_finite()
    {
        float[] rows = [.. Enumerable.Repeat(0.25f, 60)];
        using CpuBackend backend = new(1);
        Clusters clusters = KMeans.Run(backend, new FeatureRows([rows], 3), 4, seed: 1, threads: 1);
        Assert.All(clusters.Nearest, centre => Assert.Equal(0, centre));
        Assert.All(clusters.Centres, value => Assert.Equal(0.25f, value));
        Assert.Equal(0, clusters.Inertia[^1]);
    }

    [Fact]
    public void A_centre_that_lost_its_rows_moves_to_where_it_is_needed()
    {
        // 50 equal rows and 6 far ones: most first centres are the same row, so all but one of them are empty at first.
        float[] rows = [.. Enumerable.Repeat(1f, 50), 100, 200, 300, 400, 500, 600];
        using CpuBackend backend = new(1);
        Clusters clusters = KMeans.Run(backend, new FeatureRows([rows], 1), 7, seed: 1, threads: 1);
        Assert.Equal([1, 100, 200, 300, 400, 500, 600], clusters.Centres.Order());
        Assert.Equal(0, clusters.Inertia[^1]);
    }

    [Fact]
    public void Small_batches_find_clusters_that_lie_apart_the_same_on_any_number_of_threads()
    {
        const int dimension = 10, centres = 60;
        float[] rows = Made.Rows(5000, dimension, 12, spread: 0.01);
        float[] one = Run(1), three = Run(3);
        Assert.Equal(one, three);
        double mean = Enumerable.Range(0, 5000).Average(row => Enumerable.Range(0, centres).Min(centre => Made.Distance(rows, row, one, centre, dimension)));
        Assert.True(mean < dimension * 0.01 * 0.01, $"{mean}");

        float[] Run(int threads)
        {
            using CpuBackend backend = new(threads);
            return MiniBatchKMeans.Run(backend, new FeatureRows([rows], dimension), centres, seed: 2, threads);
        }
    }
}
