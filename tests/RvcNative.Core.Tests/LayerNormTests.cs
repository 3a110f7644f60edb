using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
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

    [Property]
    public void Gradients_match_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x"), affine = [shape[2]];
        float epsilon = draw.Coin("large epsilon") ? 0.1f : 1e-5f;

        // Neighbouring channels are 3 apart: among a few channels that are nearly equal, a difference would be as large as what is normalised.
        float[] x = draw.Normal(shape, 0.4f);
        for (int at = 0; at < x.Length; at++) x[at] += (at % shape[2] % 2 * 3) - 1;
        GradientCheck.Run(
            backend, (tape, of) => Op.LayerNorm(tape, of[0], of[1], of[2], epsilon), [(shape, x), draw.Input(affine), draw.Input(affine)],
            gradientFrom: draw.GradientFrom(shape, affine, affine));
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
