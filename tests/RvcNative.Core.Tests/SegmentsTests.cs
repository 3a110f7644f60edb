using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class SegmentsTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(4, false)]
    public void Segments_agree_with_the_formula_also_where_they_stick_out(int step, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [4, 40, 3], part = [4, 12, 3];
        long[] starts = [0, 7, 33 / step, 44 / step];
        float[] x = RandomValues.Normal(shape, 1), dy = RandomValues.Normal(part, 2);
        Tensor startTensor = GradientCheck.Constant(backend, [4], starts);
        Guarded y = Guarded.Output(backend, part, new float[part.Count]);
        backend.Segments(Guarded.Input(backend, shape, x), startTensor, step, y.Tensor);
        OpRun.AssertClose(ReferenceRows.Of(part, (b, t, c) =>
            (starts[b] * step) + t < 40 ? ReferenceRows.Read(x, shape)(b, (int)(starts[b] * step) + t, c) : 0), y.Values(), 0);

        GuardedGradient dx = new(backend, shape, accumulate);
        backend.SegmentsBackward(startTensor, step, Guarded.Input(backend, part, dy), dx.Gradient);
        dx.AssertIs(ReferenceRows.Of(shape, (b, t, c) =>
        {
            long from = t - (starts[b] * step);
            return from is >= 0 and < 12 ? ReferenceRows.Read(dy, part)(b, (int)from, c) : 0;
        }));
    }

    [Theory]
    [InlineData(40, 44, 1, false)]
    [InlineData(40, 44, 1, true)]
    [InlineData(40, 79, 3, false)]
    [InlineData(2, 3, 37, true)]
    public void Mirrored_end_agrees_with_the_formula(int frames, int padded, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [3, frames, channels], longer = [3, padded, channels];
        float[] x = RandomValues.Normal(shape, 1), dy = RandomValues.Normal(longer, 2);
        int From(int t) => t < frames ? t : (2 * frames) - 2 - t;
        Guarded y = Guarded.Output(backend, longer, new float[longer.Count]);
        backend.ReflectEnd(Guarded.Input(backend, shape, x), y.Tensor);
        OpRun.AssertClose(ReferenceRows.Of(longer, (b, t, c) => ReferenceRows.Read(x, shape)(b, From(t), c)), y.Values(), 0);

        GuardedGradient dx = new(backend, shape, accumulate);
        backend.ReflectEndBackward(Guarded.Input(backend, longer, dy), dx.Gradient);
        dx.AssertIs(ReferenceRows.Of(shape, (b, t, c) =>
            Enumerable.Range(0, padded).Where(to => From(to) == t).Sum(to => ReferenceRows.Read(dy, longer)(b, to, c))));
    }

    [Fact]
    public void Concatenation_is_one_after_the_other()
    {
        using CpuBackend backend = new(2);
        float[] a = RandomValues.Normal(2 * 5 * 3, 1), b = RandomValues.Normal(5 * 3, 2);
        Assert.Equal([.. a, .. b], OpRun.Forward(backend, (tape, x) => Op.Concatenate(tape, x[0], x[1]), ([2, 5, 3], a), ([1, 5, 3], b)));
    }

    [Property]
    public void Gradient_of_segments_matches_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x");
        int step = draw.Between(1, 4, "step"), frames = draw.Between(1, shape[1] + 3, "frames of a segment");
        Tensor starts = GradientCheck.Constant(backend, [shape[0]], draw.Ids(shape[0], (shape[1] / step) + 2));
        GradientCheck.Run(backend, (tape, x) => Op.Segments(tape, x[0], starts, step, frames), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
    }

    [Property]
    public void Gradient_of_a_mirrored_end_matches_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape drawn = draw.Activations("x"), shape = [drawn[0], drawn[1] + 1, drawn[2]];
        int Missing(int period) => (period - (shape[1] % period)) % period;
        int[] periods = [.. Enumerable.Range(2, (2 * shape[1]) - 2).Where(of => Missing(of) > 0 && Missing(of) < shape[1])];
        int period = periods[draw.Between(0, periods.Length - 1, "period number")];
        GradientCheck.Run(backend, (tape, x) => Op.ReflectEnd(tape, x[0], period), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
    }

    [Property]
    public void Gradient_of_a_concatenation_matches_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("generated"), first = shape.WithFirst(draw.Between(1, 4, "real items"));
        Tensor real = GradientCheck.Constant(backend, first, draw.Normal(first));
        GradientCheck.Run(backend, (tape, x) => Op.Concatenate(tape, real, x[0]), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Shape shape = [3, 1000, 5];
        (Shape, float[])[] inputs = [(shape, RandomValues.Normal(shape, 3))];
        OpRun.AssertThreadsAgree((tape, x) => Op.ReflectEnd(tape, x[0], 7), inputs);
        OpRun.AssertAllocatesNothing((tape, x) => Op.ReflectEnd(tape, x[0], 7), inputs);
    }
}
