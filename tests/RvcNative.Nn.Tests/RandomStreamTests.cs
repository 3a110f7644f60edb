using FsCheck.Xunit;

namespace RvcNative.Nn.Tests;

public sealed class RandomStreamTests
{
    [Fact]
    public void A_stream_is_a_function_of_seed_and_name()
    {
        Assert.Equal(RandomStream.Named(7, "a").NextUInt64(), RandomStream.Named(7, "a").NextUInt64());
        Assert.NotEqual(RandomStream.Named(7, "a").NextUInt64(), RandomStream.Named(7, "b").NextUInt64());
        Assert.NotEqual(RandomStream.Named(7, "a").NextUInt64(), RandomStream.Named(8, "a").NextUInt64());
    }

    [Property(QuietOnSuccess = true)]
    public void A_permutation_holds_every_number_once(ulong seed, byte count) =>
        Assert.Equal(Enumerable.Range(0, count), RandomStream.Named(seed, "order").Permutation(count).Order());

    [Fact]
    public void Permutations_of_three_are_equally_likely()
    {
        const int Draws = 60000, Orders = 6;
        RandomStream random = RandomStream.Named(1, "fair");
        Dictionary<string, int> counts = [];
        for (int i = 0; i < Draws; i++)
        {
            string order = string.Concat(random.Permutation(3));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(Orders, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, (Draws / Orders) - 500, (Draws / Orders) + 500));
    }

    [Fact]
    public void Normal_numbers_have_mean_0_and_deviation_1()
    {
        RandomStream random = RandomStream.Named(3, "normal");
        double[] values = [.. Enumerable.Range(0, 100000).Select(_ => random.NextNormal())];
        Assert.InRange(values.Average(), -0.015, 0.015);
        Assert.InRange(values.Average(value => value * value), 0.98, 1.02);
        Assert.InRange(values.Average(value => value * value * value * value), 2.85, 3.15);
    }

    [Fact]
    public void Uniform_numbers_stay_below_1()
    {
        RandomStream random = RandomStream.Named(3, "uniform");
        for (int i = 0; i < 100000; i++) Assert.InRange(random.NextDouble(), 0, 1 - double.Epsilon);
    }
}
