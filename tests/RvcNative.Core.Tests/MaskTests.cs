using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class MaskTests
{
    [Theory, ClassData(typeof(OpShapes))]
    public void Both_passes_agree_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels];
        float[] x = RandomValues.Normal(shape, 1), mask = RandomValues.Bits(batch * frames, 2);
        Tensor maskTensor = Guarded.Input(backend, [batch, frames], mask), xTensor = Guarded.Input(backend, shape, x);
        double[] wanted = ReferenceRows.Of(shape, (b, t, c) => ReferenceRows.Read(x, shape)(b, t, c) * mask[(b * frames) + t]);

        Guarded y = Guarded.Output(backend, shape, RandomValues.Normal(shape, 3));
        backend.Mask(xTensor, maskTensor, y.Tensor);
        Assert.Equal(wanted, y.Values().Select(v => (double)v));

        GuardedGradient dx = new(backend, shape, accumulate);
        backend.MaskBackward(maskTensor, xTensor, dx.Gradient);
        dx.AssertIs(wanted);
    }

    [Fact]
    public void Masked_rows_are_positive_zeros_even_of_infinities()
    {
        using CpuBackend backend = new(1);
        float[] y = OpRun.Forward(backend, (tape, x) => Op.Mask(tape, x[0], GradientCheck.Constant(backend, [1, 2], (float[])[1, 0])),
            ([1, 2, 2], [1, -2, float.NegativeInfinity, -4]));
        Assert.Equal([1, -2, 0, 0], y);
        Assert.Equal(0, BitConverter.SingleToInt32Bits(y[3]));
    }

    [Property]
    public void Gradient_matches_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x");
        Tensor mask = draw.Mask(backend, shape);
        GradientCheck.Run(backend, (tape, x) => Op.Mask(tape, x[0], mask), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
    }
}
