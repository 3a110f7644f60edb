using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class GateTests
{
    [Theory, ClassData(typeof(OpShapes))]
    public void Both_passes_agree_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        foreach (int offset in (ReadOnlySpan<int>)[-1, 0, 3])
        {
            Shape shape = [batch, frames, channels], doubled = [batch, frames, 2 * channels], columns = [batch, 1, (2 * channels) + 5];
            float[] x = RandomValues.Normal(doubled, 1), condition = RandomValues.Normal(columns, 2), dy = RandomValues.Normal(shape, 3);
            bool conditioned = offset >= 0;
            double A(int b, int t, int c) =>
                ReferenceRows.Read(x, doubled)(b, t, c) + (conditioned ? ReferenceRows.Read(condition, columns)(b, 0, offset + c) : 0);
            double T(int b, int t, int c) => Math.Tanh(A(b, t, c));
            double S(int b, int t, int c) => 1 / (1 + Math.Exp(-A(b, t, channels + c)));
            double Da(int b, int t, int c)
            {
                int half = c % channels;
                double d = ReferenceRows.Read(dy, shape)(b, t, half), tanh = T(b, t, half), sigmoid = S(b, t, half);
                return c < channels ? d * sigmoid * (1 - (tanh * tanh)) : d * tanh * sigmoid * (1 - sigmoid);
            }

            Tensor xTensor = Guarded.Input(backend, doubled, x);
            Tensor? conditionTensor = conditioned ? Guarded.Input(backend, columns, condition) : null;
            Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
            backend.Gate(xTensor, conditionTensor, Math.Max(offset, 0), y.Tensor);
            OpRun.AssertClose(ReferenceRows.Of(shape, (b, t, c) => T(b, t, c) * S(b, t, c)), y.Values());

            GuardedGradient dx = new(backend, doubled, accumulate), dcondition = new(backend, columns, accumulate);
            Tensor dyTensor = Guarded.Input(backend, shape, dy);
            backend.GateBackward(xTensor, conditionTensor, Math.Max(offset, 0), dyTensor, dx.Gradient, conditioned ? dcondition.Gradient : default);
            dx.AssertIs(ReferenceRows.Of(doubled, Da));
            if (!conditioned) continue;
            double[] sums = ReferenceRows.SumFrames(doubled, Da);
            double[] wanted = ReferenceRows.Of(columns, (b, _, c) =>
                c >= offset && c < offset + (2 * channels) ? sums[(b * 2 * channels) + c - offset] : 0);
            dcondition.AssertIs(wanted);
            GuardedGradient alone = new(backend, columns, accumulate);
            backend.GateBackward(xTensor, conditionTensor, offset, dyTensor, default, alone.Gradient);
            alone.AssertIs(wanted);
        }
    }

    [Property]
    public void Gradients_match_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape half = draw.Activations("y"), shape = [half[0], half[1], 2 * half[2]];
        int offset = draw.Between(0, 9, "offset"), behind = draw.Between(0, 9, "columns behind");
        Shape columns = [half[0], 1, offset + shape[2] + behind];
        if (draw.Coin("without condition"))
        {
            GradientCheck.Run(backend, (tape, x) => Op.Gate(tape, x[0], null, 0), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
            return;
        }

        GradientCheck.Run(
            backend, (tape, x) => Op.Gate(tape, x[0], x[1], offset), [draw.Input(shape), draw.Input(columns)], gradientFrom: draw.GradientFrom(shape, columns));
    }

    [Fact]
    public void Large_arguments_saturate()
    {
        using CpuBackend backend = new(1);
        float[] y = OpRun.Forward(backend, (tape, x) => Op.Gate(tape, x[0], null, 0), ([1, 1, 4], [-300, 300, 300, -300]));
        Assert.Equal([-1, 0], y);
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Shape shape = [2, 300, 74], columns = [2, 1, 74];
        (Shape, float[])[] inputs = [(shape, RandomValues.Normal(shape, 3)), (columns, RandomValues.Normal(columns, 4))];
        OpRun.AssertThreadsAgree((tape, x) => Op.Gate(tape, x[0], x[1], 0), inputs);
        OpRun.AssertAllocatesNothing((tape, x) => Op.Gate(tape, x[0], x[1], 0), inputs);
    }
}
