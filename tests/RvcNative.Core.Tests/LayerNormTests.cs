using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

public sealed class LayerNormTests
{
    private const float Epsilon = 1e-5f;

    [Theory, ClassData(typeof(OpShapes))]
    public void Both_passes_agree_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels];
        float[] x = [.. RandomValues.Normal(shape, 1).Select(v => (2 * v) + 3)], dy = RandomValues.Normal(shape, 2);
        float[] gamma = RandomValues.Normal(channels, 3), beta = RandomValues.Normal(channels, 4);
        Tensor xTensor = Guarded.Input(backend, shape, x), gammaTensor = Guarded.Input(backend, [channels], gamma);
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        Guarded mean = Guarded.Output(backend, [batch, frames], new float[batch * frames]);
        Guarded rstd = Guarded.Output(backend, [batch, frames], new float[batch * frames]);
        backend.LayerNorm(xTensor, gammaTensor, Guarded.Input(backend, [channels], beta), Epsilon, y.Tensor, mean.Tensor, rstd.Tensor);
        (double[] wanted, double[] wantedMean, double[] wantedRstd) = ReferenceLayerNorm.Forward(x, gamma, beta, Epsilon);
        double amplified = wantedRstd.Max();
        OpRun.AssertClose(wanted, y.Values(), 1e-6 * Math.Max(1, amplified));
        OpRun.AssertClose(wantedMean, mean.Values());
        OpRun.AssertClose(wantedRstd, rstd.Values(), 1e-6 * Math.Max(1, amplified));

        GuardedGradient dx = new(backend, shape, accumulate);
        GuardedGradient dgamma = new(backend, [channels], accumulate), dbeta = new(backend, [channels], accumulate);
        backend.LayerNormBackward(
            xTensor, gammaTensor, mean.Tensor, rstd.Tensor, Guarded.Input(backend, shape, dy), dx.Gradient, dgamma.Gradient, dbeta.Gradient);
        (double[] wantedDx, double[] wantedDgamma, double[] wantedDbeta) = ReferenceLayerNorm.Backward(x, gamma, Epsilon, dy);
        dx.AssertIs(wantedDx, 2e-6 * Math.Max(1, amplified));
        dgamma.AssertIs(wantedDgamma, 2e-6 * Math.Max(1, amplified));
        dbeta.AssertIs(wantedDbeta);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 7)]
    public void Gradients_match_finite_differences(int gradientFrom, int affineFrom)
    {
        using CpuBackend backend = new(2);
        Shape shape = [3, 5, 7];
        GradientCheck.Run(
            backend, (tape, x) => Op.LayerNorm(tape, x[0], x[1], x[2]),
            [(shape, RandomValues.Normal(shape, 3)), ([7], RandomValues.Normal(7, 4)), ([7], RandomValues.Normal(7, 5))],
            gradientFrom: [gradientFrom, affineFrom, affineFrom]);
    }

    [Fact]
    public void A_frame_with_one_value_in_all_channels_becomes_beta()
    {
        using CpuBackend backend = new(1);
        float[] beta = RandomValues.Normal(37, 1);
        float[] y = OpRun.Forward(backend, (tape, x) => Op.LayerNorm(tape, x[0], x[1], x[2]),
            ([1, 1, 37], [.. Enumerable.Repeat(4.5f, 37)]), ([37], RandomValues.Normal(37, 2)), ([37], beta));
        Assert.Equal(beta, y);
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Shape shape = [3, 200, 96];
        (Shape, float[])[] inputs = [(shape, RandomValues.Normal(shape, 3)), ([96], RandomValues.Normal(96, 4)), ([96], RandomValues.Normal(96, 5))];
        OpRun.AssertThreadsAgree((tape, x) => Op.LayerNorm(tape, x[0], x[1], x[2]), inputs);
        OpRun.AssertAllocatesNothing((tape, x) => Op.LayerNorm(tape, x[0], x[1], x[2]), inputs);
    }
}
