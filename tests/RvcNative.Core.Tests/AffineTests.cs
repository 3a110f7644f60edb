using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 40, QuietOnSuccess = true)]
public sealed class AffineTests
{
    [Property]
    public void Random_shapes_agree_with_the_formula(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x"), channels = [shape[2]];
        float slope = draw.Between(0, 4, "slope") / 4f;
        float[] x = draw.Normal(shape), scale = draw.Normal(channels), shift = draw.Normal(channels);
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.Affine(Guarded.Input(backend, shape, x), Guarded.Input(backend, channels, scale), Guarded.Input(backend, channels, shift), slope, y.Tensor);
        OpRun.AssertClose(
            ReferenceRows.Of(shape, (b, t, c) =>
            {
                double v = ((double)ReferenceRows.Read(x, shape)(b, t, c) * scale[c]) + shift[c];
                return v > 0 ? v : slope * v;
            }),
            y.Values(), 1e-6);
    }

    [Fact]
    public void Threads_agree()
    {
        Shape shape = [2, 900, 37];
        ThreadCounts.AssertSameBytes(backend => OpRun.Forward(
            backend, (tape, x) => Op.Affine(tape, x[0], x[1], x[2], 0.01f), (shape, RandomValues.Normal(shape, 1)),
            ([37], RandomValues.Normal(37, 2)), ([37], RandomValues.Normal(37, 3))));
    }

    [Fact]
    public void What_does_not_fit_or_is_differentiated_is_refused()
    {
        using CpuBackend backend = new(1);
        Tape tape = new(backend);
        Tensor x = tape.Input([1, 4, 3]), three = tape.Input([3]), four = tape.Input([4]);
        Assert.Contains("scale [4] is not [3]", Assert.Throws<ArgumentException>(() => Op.Affine(tape, x, four, three)).Message);
        Assert.Throws<ArgumentException>(() => Op.Affine(tape, tape.Input([1, 4, 3], DType.F32, requiresGradient: true), three, three));
    }
}
