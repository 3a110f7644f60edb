using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class CouplingTests
{
    [Theory, ClassData(typeof(OpShapes))]
    public void Both_passes_agree_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, 2 * channels], half = [batch, frames, channels];
        float[] x = RandomValues.Normal(shape, 1), m = RandomValues.Normal(half, 2), dy = RandomValues.Normal(shape, 3);
        float[] mask = RandomValues.Bits(batch * frames, 4);
        double M(int b, int t) => mask[(b * frames) + t];
        double X(int b, int t, int c) => ReferenceRows.Read(x, shape)(b, t, c);
        double Mean(int b, int t, int c) => ReferenceRows.Read(m, half)(b, t, c - channels);
        Tensor xTensor = Guarded.Input(backend, shape, x), mTensor = Guarded.Input(backend, half, m);
        Tensor maskTensor = Guarded.Input(backend, [batch, frames], mask);
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.Coupling(xTensor, mTensor, maskTensor, inverse: false, y.Tensor);
        OpRun.AssertClose(ReferenceRows.Of(shape, (b, t, c) => c < channels ? X(b, t, c) : Mean(b, t, c) + (X(b, t, c) * M(b, t))), y.Values());
        backend.Coupling(xTensor, mTensor, maskTensor, inverse: true, y.Tensor);
        OpRun.AssertClose(ReferenceRows.Of(shape, (b, t, c) => c < channels ? X(b, t, c) : (X(b, t, c) - Mean(b, t, c)) * M(b, t)), y.Values());

        double Dy(int b, int t, int c) => ReferenceRows.Read(dy, shape)(b, t, c);
        GuardedGradient dx = new(backend, shape, accumulate), dm = new(backend, half, accumulate);
        backend.CouplingBackward(maskTensor, Guarded.Input(backend, shape, dy), dx.Gradient, dm.Gradient);
        dx.AssertIs(ReferenceRows.Of(shape, (b, t, c) => c < channels ? Dy(b, t, c) : Dy(b, t, c) * M(b, t)));
        dm.AssertIs(ReferenceRows.Of(half, (b, t, c) => Dy(b, t, channels + c)));
    }

    [Property]
    public void Gradients_match_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape half = draw.Activations("m"), shape = [half[0], half[1], 2 * half[2]];
        Tensor mask = draw.Mask(backend, half);
        GradientCheck.Run(
            backend, (tape, x) => Op.Coupling(tape, x[0], x[1], mask), [draw.Input(shape), draw.Input(half)], gradientFrom: draw.GradientFrom(shape, half));
    }

    [Fact]
    public void Inverse_undoes_forward()
    {
        using CpuBackend backend = new(2);
        Tensor mask = GradientCheck.Constant(backend, [1, 5], RandomValues.Mask(5, 5));
        float[] x = RandomValues.Normal(30, 1), m = RandomValues.Normal(15, 2);
        float[] back = OpRun.Forward(
            backend, (tape, t) => Op.Coupling(tape, Op.Coupling(tape, t[0], t[1], mask), t[1], mask, inverse: true), ([1, 5, 6], x), ([1, 5, 3], m));
        OpRun.AssertClose([.. x.Select(v => (double)v)], back);
    }
}
