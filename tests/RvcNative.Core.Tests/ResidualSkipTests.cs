using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

public sealed class ResidualSkipTests
{
    [Theory, ClassData(typeof(OpShapes))]
    public void Both_passes_agree_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels], doubled = [batch, frames, 2 * channels];
        float[] x = RandomValues.Normal(shape, 1), r = RandomValues.Normal(doubled, 2), before = RandomValues.Normal(shape, 3);
        float[] mask = RandomValues.Bits(batch * frames, 4);
        float[] dy = RandomValues.Normal(shape, 5), dskip = RandomValues.Normal(shape, 6);
        double M(int b, int t) => mask[(b * frames) + t];
        Tensor maskTensor = Guarded.Input(backend, [batch, frames], mask);
        foreach (bool first in (ReadOnlySpan<bool>)[true, false])
        {
            Guarded y = Guarded.Output(backend, shape, before), skip = Guarded.Output(backend, shape, before);
            backend.ResidualSkip(Guarded.Input(backend, shape, x), Guarded.Input(backend, doubled, r), maskTensor, first, y.Tensor, skip.Tensor);
            OpRun.AssertClose(ReferenceRows.Of(shape, (b, t, c) =>
                M(b, t) * (ReferenceRows.Read(x, shape)(b, t, c) + ReferenceRows.Read(r, doubled)(b, t, c))), y.Values());
            OpRun.AssertClose(ReferenceRows.Of(shape, (b, t, c) =>
                ReferenceRows.Read(r, doubled)(b, t, channels + c) + (first ? 0 : ReferenceRows.Read(before, shape)(b, t, c))), skip.Values());
        }

        foreach (bool last in (ReadOnlySpan<bool>)[true, false])
        {
            GuardedGradient dx = new(backend, shape, accumulate), dr = new(backend, doubled, accumulate);
            Tensor? dyTensor = last ? null : Guarded.Input(backend, shape, dy);
            backend.ResidualSkipBackward(maskTensor, dyTensor, Guarded.Input(backend, shape, dskip), last ? default : dx.Gradient, dr.Gradient);
            double Residual(int b, int t, int c) => last ? 0 : M(b, t) * ReferenceRows.Read(dy, shape)(b, t, c);
            dr.AssertIs(ReferenceRows.Of(doubled, (b, t, c) =>
                c < channels ? Residual(b, t, c) : ReferenceRows.Read(dskip, shape)(b, t, c - channels)));
            if (!last) dx.AssertIs(ReferenceRows.Of(shape, Residual));
        }
    }

    [Fact]
    public void Gradients_through_three_layers_match_finite_differences()
    {
        using CpuBackend backend = new(2);
        Shape shape = [2, 5, 3], doubled = [2, 5, 6];
        Tensor mask = GradientCheck.Constant(backend, [2, 5], RandomValues.Mask(5, 5, 3));
        Tensor Layers(Tape tape, Tensor[] x)
        {
            (Tensor y, Tensor skips) = Op.ResidualSkip(tape, x[0], x[1], mask, null);
            (y, skips) = Op.ResidualSkip(tape, y, x[2], mask, skips);
            return Op.ResidualSkip(tape, y, x[1], mask, skips).Skips;
        }

        GradientCheck.Run(
            backend, Layers,
            [(shape, RandomValues.Normal(shape, 1)), (doubled, RandomValues.Normal(doubled, 2)), (doubled, RandomValues.Normal(doubled, 3))],
            gradientFrom: [2, 0, 0]);
    }
}
