using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
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

    [Property]
    public void Gradients_through_layers_match_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x"), doubled = [shape[0], shape[1], 2 * shape[2]];
        Tensor mask = draw.Mask(backend, shape);
        int layers = draw.Between(1, 3, "layers"), goesOn = draw.Between(0, layers, "layer whose y goes on");
        bool again = draw.Coin("the first r once more");
        Shape[] shapes = [shape, .. Enumerable.Repeat(doubled, layers)];
        int[] from = draw.GradientFrom(shapes);
        if (goesOn == 0) from[0] = shape[0];
        from[1] = goesOn == 0 ? from[1..].Min() : from.Min();      // the sum of skips is differentiated as the first layer's result is
        if (from[1] == shape[0]) from[1] = 0;
        Tensor Layers(Tape tape, Tensor[] x)
        {
            List<Tensor> ys = [x[0]];
            Tensor? skips = null;
            foreach (Tensor r in x.Skip(1).Concat(again ? [x[1]] : []))
            {
                (Tensor y, skips) = Op.ResidualSkip(tape, ys[^1], r, mask, skips);
                ys.Add(y);
            }

            return goesOn > 0 ? Op.Add(tape, skips!, ys[goesOn]) : skips!;
        }

        GradientCheck.Run(backend, Layers, [.. shapes.Select(of => draw.Input(of))], gradientFrom: from);
    }

    [Fact]
    public void Gradients_that_would_be_lost_are_refused()
    {
        using CpuBackend backend = new(1);
        Tape tape = new(backend);
        Tensor x = tape.Input([2, 3, 4]), r = tape.Input([2, 3, 8]), trained = tape.Input([2, 3, 8], requiresGradient: true), mask = tape.Input([2, 3]);
        (Tensor y, Tensor skips) = Op.ResidualSkip(tape, x, r, mask, null);
        Assert.Contains("earlier layer", Assert.Throws<ArgumentException>(() => Op.ResidualSkip(tape, y, trained, mask, skips)).Message,
            StringComparison.Ordinal);

        Op.AdversarialLoss(tape, Op.ResidualSkip(tape, x, trained, mask, null).Y);
        Assert.Contains("sum of skips", Assert.Throws<ArgumentException>(() => tape.Backward()).Message, StringComparison.Ordinal);
    }
}
