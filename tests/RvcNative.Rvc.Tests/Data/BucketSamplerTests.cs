using FsCheck.Xunit;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Tests.Data;

public sealed class BucketSamplerTests
{
    [Property(MaxTest = 60)]
    public void Every_clip_appears_and_batches_are_as_many_as_mainlines(int seed)
    {
        Random random = new(seed);
        int[] lengths = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(101, 901))];
        int batch = random.Next(1, 9), ranks = random.Next(1, 4);
        BucketSampler sampler = new(lengths, batch, 5);
        int wanted = lengths.GroupBy(length => (length - 1) / 100).Sum(bucket => (bucket.Count() + batch * ranks - 1) / (batch * ranks));
        Assert.Equal(wanted, sampler.BatchesPerEpoch(ranks));

        int[][][] all = [.. Enumerable.Range(0, ranks).Select(rank => sampler.Epoch(3, rank, ranks))];
        Assert.All(all, batches => Assert.Equal(wanted, batches.Length));
        int[] seen = [.. all.SelectMany(batches => batches).SelectMany(each => each)];
        Assert.Equal(Enumerable.Range(0, lengths.Length), seen.Distinct().Order());
        foreach (int[] each in all.SelectMany(batches => batches))
        {
            Assert.Equal(batch, each.Length);
            Assert.Single(each.Select(index => (lengths[index] - 1) / 100).Distinct());
        }
        for (int place = 0; place < wanted; place++)                          // ranks are in the same bucket at the same time
            Assert.Single(all.Select(batches => (lengths[batches[place][0]] - 1) / 100).Distinct());
        foreach (IGrouping<int, int> times in seen.GroupBy(index => (lengths[index] - 1) / 100))
        {
            int[] counts = [.. times.GroupBy(index => index).Select(each => each.Count())];
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);                // repeated in turn, none before all others
        }
    }

    [Fact]
    public void An_epoch_depends_on_seed_and_epoch_alone()
    {
        int[] lengths = [.. Enumerable.Range(0, 40).Select(i => 101 + i * 19)];
        BucketSampler one = new(lengths, 4, 11), two = new(lengths, 4, 11), other = new(lengths, 4, 12);
        for (int epoch = 5; epoch >= 1; epoch--) one.Epoch(epoch);            // what was drawn before does not matter
        Assert.Equal(two.Epoch(2), one.Epoch(2));
        Assert.NotEqual(one.Epoch(2), one.Epoch(3));
        Assert.NotEqual(one.Epoch(2), other.Epoch(2));
    }

    [Fact]
    public void Lengths_and_boundaries_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new BucketSampler([100], 4, 0));
        Assert.Throws<ArgumentException>(() => new BucketSampler([901], 4, 0));
        Assert.Throws<ArgumentException>(() => new BucketSampler([150], 4, 0, [200, 100]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BucketSampler([150], 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BucketSampler([150], 4, 0).Epoch(1, 2, 2));
        Assert.Single(new BucketSampler([50], 4, 0, [0, 100]).Epoch(1));
    }
}
