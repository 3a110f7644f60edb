using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class AddTests
{
    [Theory, ClassData(typeof(OpShapes))]
    public void Masked_sum_agrees_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels];
        float[] a = RandomValues.Normal(shape, 1), b = RandomValues.Normal(shape, 2), mask = RandomValues.Bits(batch * frames, 2);
        Tensor maskTensor = Guarded.Input(backend, [batch, frames], mask), aTensor = Guarded.Input(backend, shape, a);

        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.Add(aTensor, Guarded.Input(backend, shape, b), maskTensor, y.Tensor);
        Assert.Equal(ReferenceRows.Of(shape, (i, t, c) => mask[(i * frames) + t] * At(a, b, shape, i, t, c)), y.Values().Select(v => (double)v));
        backend.Add(aTensor, Guarded.Input(backend, shape, b), null, y.Tensor);
        Assert.Equal(a.Zip(b, (l, r) => l + r), y.Values());

        GuardedGradient dx = new(backend, shape, accumulate), unmasked = new(backend, shape, accumulate);
        backend.AddBackward(aTensor, maskTensor, dx.Gradient);
        dx.AssertIs(ReferenceRows.Of(shape, (i, t, c) => mask[(i * frames) + t] * ReferenceRows.Read(a, shape)(i, t, c)));
        backend.AddBackward(aTensor, null, unmasked.Gradient);
        unmasked.AssertIs([.. a.Select(v => (double)v)]);
    }

    [Theory, ClassData(typeof(OpShapes))]
    public void Sum_with_a_row_an_item_agrees_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels], row = [batch, 1, channels];
        float[] x = RandomValues.Normal(shape, 1), c = RandomValues.Normal(row, 2);
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.AddPerItem(Guarded.Input(backend, shape, x), Guarded.Input(backend, row, c), y.Tensor);
        OpRun.AssertClose(ReferenceRows.Of(shape, (i, t, ch) =>
            ReferenceRows.Read(x, shape)(i, t, ch) + ReferenceRows.Read(c, row)(i, 0, ch)), y.Values());

        GuardedGradient dx = new(backend, shape, accumulate), dc = new(backend, row, accumulate);
        backend.AddPerItemBackward(Guarded.Input(backend, shape, x), dx.Gradient, dc.Gradient);
        dx.AssertIs([.. x.Select(v => (double)v)]);
        dc.AssertIs(ReferenceRows.SumFrames(shape, ReferenceRows.Read(x, shape)), 1e-6);
    }

    [Theory, ClassData(typeof(OpShapes))]
    public void Average_and_scale_agree_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels];
        float[][] xs = [.. Enumerable.Range(1, 3).Select(seed => RandomValues.Normal(shape, seed))];
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.Average([.. xs.Select(x => Guarded.Input(backend, shape, x))], y.Tensor);
        Assert.Equal(Enumerable.Range(0, shape.Count).Select(at => (xs[0][at] + xs[1][at] + xs[2][at]) / 3), y.Values());

        GuardedGradient dx = new(backend, shape, accumulate);
        backend.ScaleBackward(Guarded.Input(backend, shape, xs[0]), 1f / 3, dx.Gradient);
        dx.AssertIs([.. xs[0].Select(v => v / 3.0)]);
    }

    [Property]
    public void Gradients_match_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("a, b"), row = [shape[0], 1, shape[2]];
        Tensor? mask = draw.Coin("masked") ? draw.Mask(backend, shape) : null;
        if (draw.Coin("a is b")) GradientCheck.Run(backend, (tape, x) => Op.Add(tape, x[0], x[0], mask), [draw.Input(shape)]);
        GradientCheck.Run(
            backend, (tape, x) => Op.Add(tape, x[0], x[1], mask), [draw.Input(shape), draw.Input(shape)], gradientFrom: draw.GradientFrom(shape, shape));
        GradientCheck.Run(
            backend, (tape, x) => Op.AddPerItem(tape, x[0], x[1]), [draw.Input(shape), draw.Input(row)], gradientFrom: draw.GradientFrom(shape, row));
    }

    [Property]
    public void Gradients_of_an_average_match_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x");
        Shape[] each = [.. Enumerable.Repeat(shape, draw.Between(1, 3, "tensors"))];
        int again = draw.Between(0, 2, "of them again");
        GradientCheck.Run(
            backend, (tape, x) => Op.Average(tape, [.. x, .. Enumerable.Repeat(x[^1], again)]), [.. each.Select(of => draw.Input(of))],
            gradientFrom: draw.GradientFrom(each));
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Shape shape = [3, 500, 37];
        (Shape, float[])[] inputs = [(shape, RandomValues.Normal(shape, 3)), ([3, 1, 37], RandomValues.Normal(111, 5))];
        OpRun.AssertThreadsAgree((tape, x) => Op.AddPerItem(tape, x[0], x[1]), inputs);
        OpRun.AssertAllocatesNothing((tape, x) => Op.AddPerItem(tape, x[0], x[1]), inputs);
        OpRun.AssertAllocatesNothing((tape, x) => Op.Average(tape, [x[0], x[0]]), inputs[0]);
    }

    private static double At(float[] a, float[] b, Shape shape, int item, int frame, int channel) =>
        (float)(ReferenceRows.Read(a, shape)(item, frame, channel) + ReferenceRows.Read(b, shape)(item, frame, channel));
}
