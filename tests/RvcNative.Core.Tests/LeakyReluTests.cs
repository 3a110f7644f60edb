using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class LeakyReluTests
{
    private const float Slope = 0.1f;

    [Theory, ClassData(typeof(OpShapes))]
    public void Both_passes_agree_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels];
        float[] x = RandomValues.Normal(shape, 1), dy = RandomValues.Normal(shape, 2);
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.LeakyRelu(Guarded.Input(backend, shape, x), Slope, y.Tensor);
        Assert.Equal(x.Select(v => v > 0 ? v : Slope * v), y.Values());

        GuardedGradient dx = new(backend, shape, accumulate);
        backend.LeakyReluBackward(Guarded.Input(backend, shape, y.Values()), Slope, Guarded.Input(backend, shape, dy), dx.Gradient);
        dx.AssertIs([.. dy.Zip(x, (d, v) => v > 0 ? d : (double)Slope * d)]);
    }

    [Property]
    public void Gradient_matches_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x");
        float slope = draw.Between(1, 9, "slope") / 10f;
        GradientCheck.Run(
            backend, (tape, x) => Op.LeakyRelu(tape, x[0], slope), [(shape, draw.Values(seed => RandomValues.AwayFromZero(shape.Count, seed)))],
            gradientFrom: draw.GradientFrom(shape));
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Shape shape = [3, 1000, 37];
        (Shape, float[])[] inputs = [(shape, RandomValues.Normal(shape, 4))];
        OpRun.AssertThreadsAgree((tape, x) => Op.LeakyRelu(tape, x[0], Slope), inputs);
        OpRun.AssertAllocatesNothing((tape, x) => Op.LeakyRelu(tape, x[0], Slope), inputs);
    }
}
