using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class InterpolateTests
{
    [Theory, ClassData(typeof(OpShapes))]
    public void Both_passes_agree_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        foreach (int rate in (ReadOnlySpan<int>)[1, 2, 3, 8, 11])
        {
            using CpuBackend backend = new(2);
            Shape shape = [batch, frames, channels], longer = [batch, frames * rate, channels];
            float[] x = RandomValues.Normal(shape, 1), dy = RandomValues.Normal(longer, 2);
            Guarded y = Guarded.Output(backend, longer, new float[longer.Count]);
            backend.Interpolate(Guarded.Input(backend, shape, x), rate, y.Tensor);
            OpRun.AssertClose(ReferenceInterpolate.Run(x, shape, rate), y.Values());

            GuardedGradient dx = new(backend, shape, accumulate);
            backend.InterpolateBackward(rate, Guarded.Input(backend, longer, dy), dx.Gradient);
            dx.AssertIs(ReferenceInterpolate.Backward(dy, shape, rate));
        }
    }

    [Property]
    public void Gradient_matches_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x");
        int rate = draw.Between(1, 12, "rate");
        GradientCheck.Run(backend, (tape, x) => Op.Interpolate(tape, x[0], rate), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Shape shape = [3, 500, 37];
        (Shape, float[])[] inputs = [(shape, RandomValues.Normal(shape, 4))];
        OpRun.AssertThreadsAgree((tape, x) => Op.Interpolate(tape, x[0], 5), inputs);
        OpRun.AssertAllocatesNothing((tape, x) => Op.Interpolate(tape, x[0], 5), inputs);
    }
}
