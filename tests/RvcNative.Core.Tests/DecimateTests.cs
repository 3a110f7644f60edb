using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class DecimateTests
{
    [Theory, ClassData(typeof(OpShapes))]
    public void Both_passes_agree_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        foreach ((int rate, int reach) in (ReadOnlySpan<(int, int)>)[(1, 0), (2, 5), (3, 40), (10, 3)])
        {
            using CpuBackend backend = new(2);
            Shape shape = [batch, frames, channels], kept = [batch, (frames + rate - 1) / rate, channels];
            float[] x = RandomValues.Normal(shape, 1), dy = RandomValues.Normal(kept, 2), taps = RandomValues.Normal((2 * reach) + 1, 3);
            Tensor filter = Guarded.Input(backend, [taps.Length], taps);
            Guarded y = Guarded.Output(backend, kept, new float[kept.Count]);
            backend.Decimate(Guarded.Input(backend, shape, x), filter, rate, y.Tensor);
            OpRun.AssertClose(ReferenceDecimate.Run(x, shape, taps, rate), y.Values(), 3e-6);

            GuardedGradient dx = new(backend, shape, accumulate);
            backend.DecimateBackward(filter, rate, Guarded.Input(backend, kept, dy), dx.Gradient);
            dx.AssertIs(ReferenceDecimate.Backward(dy, shape, taps, rate), 3e-6);
        }
    }

    [Property]
    public void Gradient_matches_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x");
        int rate = draw.Between(1, 7, "rate"), reach = draw.Between(rate, 30, "reach");
        Tensor taps = GradientCheck.Constant(backend, [(2 * reach) + 1], draw.Normal([(2 * reach) + 1]));
        GradientCheck.Run(backend, (tape, x) => Op.Decimate(tape, x[0], taps, rate), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
    }

    [Fact]
    public void A_frame_is_the_same_bytes_wherever_its_window_starts()
    {
        using CpuBackend backend = new(2);
        const int rate = 5, reach = 21, frames = 400, from = 115, count = 150;
        float[] x = RandomValues.Normal([1, frames, 48], 1);
        Tensor taps = GradientCheck.Constant(backend, [(2 * reach) + 1], RandomValues.Normal((2 * reach) + 1, 2));
        Tensor whole = backend.NewTensor([1, frames / rate, 48]), part = backend.NewTensor([1, count / rate, 48]);
        backend.Decimate(GradientCheck.Constant(backend, [1, frames, 48], x), taps, rate, whole);
        backend.Decimate(GradientCheck.Constant(backend, [1, count, 48], x[(from * 48)..((from + count) * 48)]), taps, rate, part);
        int edge = (reach / rate) + 1;
        Assert.Equal(
            backend.ToArray(whole)[(((from / rate) + edge) * 48)..((((from + count) / rate) - edge) * 48)],
            backend.ToArray(part)[(edge * 48)..(((count / rate) - edge) * 48)]);
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Shape shape = [3, 1000, 37];
        using CpuBackend source = new(1);
        Tensor taps = GradientCheck.Constant(source, [75], RandomValues.Normal(75, 2));
        (Shape, float[])[] inputs = [(shape, RandomValues.Normal(shape, 4))];
        OpRun.AssertThreadsAgree((tape, x) => Op.Decimate(tape, x[0], taps, 3), inputs);
        OpRun.AssertAllocatesNothing((tape, x) => Op.Decimate(tape, x[0], taps, 3), inputs);
    }
}
