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
    public void Join_agrees_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape left = [batch, frames, channels], right = [batch, frames, channels + 5], shape = [batch, frames, (2 * channels) + 5];
        float[] a = RandomValues.Normal(left, 1), b = RandomValues.Normal(right, 2), dy = RandomValues.Normal(shape, 3);
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.JoinChannels(Guarded.Input(backend, left, a), Guarded.Input(backend, right, b), y.Tensor);
        OpRun.AssertClose(
            ReferenceRows.Of(shape, (i, t, c) => c < channels ? ReferenceRows.Read(a, left)(i, t, c) : ReferenceRows.Read(b, right)(i, t, c - channels)), y.Values(), 0);

        GuardedGradient da = new(backend, left, accumulate), db = new(backend, right, accumulate);
        backend.JoinChannelsBackward(Guarded.Input(backend, shape, dy), 0, da.Gradient);
        backend.JoinChannelsBackward(Guarded.Input(backend, shape, dy), channels, db.Gradient);
        da.AssertIs(ReferenceRows.Of(left, (i, t, c) => ReferenceRows.Read(dy, shape)(i, t, c)));
        db.AssertIs(ReferenceRows.Of(right, (i, t, c) => ReferenceRows.Read(dy, shape)(i, t, channels + c)));
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
        Shape beside = [shape[0], shape[1], draw.Between(1, 20, "beside")];
        GradientCheck.Run(
            backend, (tape, x) => Op.JoinChannels(tape, x[0], x[1]), [draw.Input(shape), draw.Input(beside)], gradientFrom: draw.GradientFrom(shape, beside));
        GradientCheck.Run(backend, (tape, x) => Op.FlipChannels(tape, x[0]), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
    }
}
