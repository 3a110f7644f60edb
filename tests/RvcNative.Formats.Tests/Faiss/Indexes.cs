using RvcNative.Formats.Faiss;

namespace RvcNative.Formats.Tests.Faiss;

/// <summary>Made-up indexes, and how to compare them.</summary>
internal static class Indexes
{
    /// <summary>Random values; vectors fall into lists at random, so some lists stay empty.</summary>
    internal static FaissIndex Make(int dimension, int lists, int count, int seed = 1, int nprobe = 1, int filledLists = int.MaxValue)
    {
        Random random = new(seed);
        int[] sizes = new int[lists];
        for (int i = 0; i < count; i++) sizes[random.Next(Math.Min(lists, filledLists))]++;
        long[] ids = [.. Enumerable.Range(0, count).Select(id => (long)id)];
        random.Shuffle(ids);
        return new FaissIndex(dimension, nprobe, Values(random, lists * dimension), sizes, Values(random, count * dimension), ids);
    }

    internal static FaissIndex MakeFlat(int dimension, int count, int seed = 1) =>
        new(dimension, 1, [], [count], Values(new Random(seed), count * dimension), [.. Enumerable.Range(0, count).Select(id => (long)id)]);

    internal static void AssertEqual(FaissIndex expected, FaissIndex actual)
    {
        Assert.Equal((expected.Dimension, expected.Nprobe, expected.IsFlat), (actual.Dimension, actual.Nprobe, actual.IsFlat));
        Assert.Equal(expected.ListStarts, actual.ListStarts);
        Assert.Equal(expected.Centroids, actual.Centroids);
        Assert.Equal(expected.Vectors, actual.Vectors);
        Assert.Equal(expected.Ids, actual.Ids);
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
}
