using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

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

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Gradients_match_finite_differences(int gradientFrom)
    {
        using CpuBackend backend = new(2);
        Shape shape = [3, 5, 7];
        (Shape, float[])[] inputs = [(shape, RandomValues.Normal(shape, 3))];
        GradientCheck.Run(backend, (tape, x) => Op.Channels(tape, x[0], 2, 4), inputs, gradientFrom: [gradientFrom]);
        GradientCheck.Run(backend, (tape, x) => Op.FlipChannels(tape, x[0]), inputs, gradientFrom: [gradientFrom]);
    }
}
