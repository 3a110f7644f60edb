using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class ReparameterizeTests
{
    private const float Scale = 0.66666f;

    [Theory, ClassData(typeof(OpShapes))]
    public void Both_passes_agree_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, 2 * channels], half = [batch, frames, channels];
        float[] x = RandomValues.Normal(shape, 1), noise = RandomValues.Normal(half, 2), dz = RandomValues.Normal(half, 3);
        float[] mask = RandomValues.Bits(batch * frames, 4);
        double M(int b, int t) => mask[(b * frames) + t];
        double X(int b, int t, int c) => ReferenceRows.Read(x, shape)(b, t, c);
        double Deviation(int b, int t, int c) => ReferenceRows.Read(noise, half)(b, t, c) * Scale * Math.Exp(X(b, t, channels + c));
        Tensor xTensor = Guarded.Input(backend, shape, x), noiseTensor = Guarded.Input(backend, half, noise);
        Tensor maskTensor = Guarded.Input(backend, [batch, frames], mask);
        Guarded z = Guarded.Output(backend, half, new float[half.Count]);
        backend.Reparameterize(xTensor, noiseTensor, Scale, maskTensor, z.Tensor);
        OpRun.AssertClose(ReferenceRows.Of(half, (b, t, c) => M(b, t) * (X(b, t, c) + Deviation(b, t, c))), z.Values());

        GuardedGradient dx = new(backend, shape, accumulate);
        backend.ReparameterizeBackward(xTensor, noiseTensor, Scale, maskTensor, Guarded.Input(backend, half, dz), dx.Gradient);
        double Dz(int b, int t, int c) => M(b, t) * ReferenceRows.Read(dz, half)(b, t, c);
        dx.AssertIs(ReferenceRows.Of(shape, (b, t, c) => c < channels ? Dz(b, t, c) : Dz(b, t, c - channels) * Deviation(b, t, c - channels)));
    }

    [Property]
    public void Gradient_matches_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape half = draw.Activations("z"), shape = [half[0], half[1], 2 * half[2]];
        Tensor mask = draw.Mask(backend, half), noise = GradientCheck.Constant(backend, half, draw.Normal(half));
        float scale = draw.Between(0, 4, "scale") / 3f;
        GradientCheck.Run(
            backend, (tape, x) => Op.Reparameterize(tape, x[0], noise, scale, mask), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
    }
}
