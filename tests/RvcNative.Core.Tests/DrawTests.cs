using System.Runtime.Intrinsics;
using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class DrawTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    // kat_vectors of Random123 1.14, philox 4x32 10.
    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void Philox_has_the_known_answers(uint c0, uint c1, uint c2, uint c3, uint key0, uint key1, uint w0, uint w1, uint w2, uint w3)
    {
        // The other lanes have other counters, and rubbish above the word.
        (Vector256<ulong> x0, Vector256<ulong> x1, Vector256<ulong> x2, Vector256<ulong> x3) = Philox.Words(key0, key1, Lanes(c0), Lanes(c1), Lanes(c2), Lanes(c3));
        for (int lane = 0; lane < 4; lane++)
        {
            uint[] other = ReferenceDraw.Philox([c0 + Apart(lane), c1 + Apart(lane), c2 + Apart(lane), c3 + Apart(lane)], [key0, key1]);
            Assert.Equal([.. other.Select(word => (ulong)word)], [x0[lane], x1[lane], x2[lane], x3[lane]]);
        }

        Assert.Equal([w0, w1, w2, w3], ReferenceDraw.Philox([c0, c1, c2, c3], [key0, key1]));

        static Vector256<ulong> Lanes(uint word) => Vector256.Create([.. Enumerable.Range(0, 4).Select(lane => ((ulong)(lane * 77) << 32) | (word + Apart(lane)))]);

        static uint Apart(int lane) => (uint)(lane * 0x01234567);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 300, 1)]
    [InlineData(3, 57, 2)]
    [InlineData(3, 19, 7)]
    [InlineData(2, 41, 192)]
    public void Values_are_those_of_their_place(int batch, int frames, int channels)
    {
        const ulong key = 0x0123456789ABCDEF;
        const long step = 7654321;
        Guarded y = Guarded.Output(_backend, [batch, frames, channels], new float[batch * frames * channels]);
        _backend.Normal(key, Step(step), y.Tensor);
        Assert.InRange(Errors.Largest(y.Values(), ReferenceDraw.Normal(key, step, y.Tensor.Shape)), 0, 3e-7);
    }

    [Property]
    public void Values_of_any_shape_key_and_step_are_those_of_their_place(RandomShapes draw)
    {
        Shape shape = draw.Activations("y");
        ulong key = ((ulong)draw.Between(0, int.MaxValue - 1, "key") << 33) + (ulong)draw.Between(0, int.MaxValue - 1, "low");
        long step = draw.Between(0, int.MaxValue - 1, "step");
        Guarded y = Guarded.Output(_backend, shape, new float[shape.Count]);
        _backend.Normal(key, Step(step), y.Tensor);
        Assert.InRange(Errors.Largest(y.Values(), ReferenceDraw.Normal(key, step, shape)), 0, 5e-7);
    }

    [Fact]
    public void Values_are_normal_and_independent_of_each_other()
    {
        float[] y = Draw(_backend, 42, 3, [4, 2000, 48]);
        double[] sorted = [.. y.Select(value => (double)value).Order()];
        double[] moments = [.. Enumerable.Range(1, 4).Select(power => sorted.Average(value => Math.Pow(value, power)))];
        double sigma = 1 / Math.Sqrt(y.Length);
        Assert.InRange(moments[0], -4 * sigma, 4 * sigma);
        Assert.InRange(moments[1] - 1, -4 * Math.Sqrt(2) * sigma, 4 * Math.Sqrt(2) * sigma);
        Assert.InRange(moments[2], -4 * Math.Sqrt(15) * sigma, 4 * Math.Sqrt(15) * sigma);
        Assert.InRange(moments[3] - 3, -4 * Math.Sqrt(96) * sigma, 4 * Math.Sqrt(96) * sigma);
        foreach (int apart in (int[])[1, 2, 3, 4, 48, 96, 2000 * 48])
        {
            double correlation = Enumerable.Range(0, y.Length - apart).Average(i => (double)y[i] * y[i + apart]);
            Assert.InRange(correlation, -5 * sigma, 5 * sigma);
        }

        // Probabilities of the normal distribution, to 7 digits, at some abscissae: Kolmogorov's bound at 0.1 % holds at each.
        foreach ((double at, double wanted) in (ReadOnlySpan<(double, double)>)[
            (-3, 0.0013499), (-2, 0.0227501), (-1, 0.1586553), (-0.5, 0.3085375), (0, 0.5), (0.25, 0.5987063), (1, 0.8413447), (1.5, 0.9331928),
                (2.5, 0.9937903)])
        {
            int below = Array.BinarySearch(sorted, at);
            Assert.InRange(((below < 0 ? ~below : below) / (double)y.Length) - wanted, -1.95 * sigma, 1.95 * sigma);
        }
    }

    [Fact]
    public void Padding_of_the_batch_changes_nothing()
    {
        float[] small = Draw(_backend, 9, 1, [2, 10, 6]), large = Draw(_backend, 9, 1, [3, 17, 6]);
        for (int item = 0; item < 2; item++) Assert.Equal(small[(item * 60)..((item + 1) * 60)], large[(item * 102)..((item * 102) + 60)]);
    }

    [Fact]
    public void A_window_has_the_numbers_of_the_whole()
    {
        float[] whole = Draw(_backend, 9, 1, [1, 80, 6]);
        Tensor window = _backend.NewTensor([1, 20, 6]);
        _backend.Normal(9, Step(1), Step(11), 3, window);
        Assert.Equal(whole[(33 * 6)..(53 * 6)], _backend.ToArray(window));
    }

    [Fact]
    public void Another_step_or_key_gives_other_values()
    {
        float[] first = Draw(_backend, 9, 1, [1, 4, 8]);
        Assert.Equal(first, Draw(_backend, 9, 1, [1, 4, 8]));
        Assert.Empty(first.Intersect(Draw(_backend, 9, 2, [1, 4, 8])));
        Assert.Empty(first.Intersect(Draw(_backend, 10, 1, [1, 4, 8])));
        Assert.Empty(first.Intersect(Draw(_backend, 9 + (1UL << 32), 1, [1, 4, 8])));
    }

    [Fact]
    public void Thread_count_changes_nothing() => ThreadCounts.AssertSameBytes(backend => Draw(backend, 5, 6, [3, 701, 5]));

    [Fact]
    public void A_call_allocates_nothing()
    {
        Tensor step = Step(1), y = _backend.NewTensor([2, 900, 4]);
        ThreadCounts.AssertAllocatesNothing(() => _backend.Normal(1, step, y));
    }

    private static float[] Draw(Backend backend, ulong key, long step, Shape shape)
    {
        Tensor y = backend.NewTensor(shape);
        backend.Normal(key, GradientCheck.Constant(backend, [1], [step]), y);
        return backend.ToArray(y);
    }

    private Tensor Step(long step) => GradientCheck.Constant(_backend, [1], [step]);
}
