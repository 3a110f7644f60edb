using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class ChannelsTests
{
    [Theory, ClassData(typeof(OpShapes))]
    public void Range_agrees_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        int first = channels / 3, count = channels - first - (channels / 4);
        Shape shape = [batch, frames, channels], part = [batch, frames, count];
        float[] x = RandomValues.Normal(shape, 1), dy = RandomValues.Normal(part, 2);
        Guarded y = Guarded.Output(backend, part, new float[part.Count]);
        backend.Channels(Guarded.Input(backend, shape, x), first, y.Tensor);
        OpRun.AssertClose(ReferenceRows.Of(part, (b, t, c) => ReferenceRows.Read(x, shape)(b, t, first + c)), y.Values(), 0);

        GuardedGradient dx = new(backend, shape, accumulate);
        backend.ChannelsBackward(Guarded.Input(backend, part, dy), first, dx.Gradient);
        dx.AssertIs(ReferenceRows.Of(shape, (b, t, c) => c >= first && c < first + count ? ReferenceRows.Read(dy, part)(b, t, c - first) : 0));
    }

    [Theory, ClassData(typeof(OpShapes))]
    public void Flip_agrees_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels];
        float[] x = RandomValues.Normal(shape, 1);
        double[] wanted = ReferenceRows.Of(shape, (b, t, c) => ReferenceRows.Read(x, shape)(b, t, channels - 1 - c));
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.FlipChannels(Guarded.Input(backend, shape, x), y.Tensor);
        OpRun.AssertClose(wanted, y.Values(), 0);

        GuardedGradient dx = new(backend, shape, accumulate);
        backend.FlipChannelsBackward(Guarded.Input(backend, shape, x), dx.Gradient);
        dx.AssertIs(wanted);
    }

    [Property]
    public void Gradients_match_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x");
        int first = draw.Between(0, shape[2] - 1, "first"), count = draw.Between(1, shape[2] - first, "count");
        GradientCheck.Run(backend, (tape, x) => Op.Channels(tape, x[0], first, count), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
        GradientCheck.Run(backend, (tape, x) => Op.FlipChannels(tape, x[0]), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
    }
}
