using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class AttentionTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 0, false)]
    [InlineData(2, 3, 6, 2, 4, true)]
    [InlineData(2, 57, 74, 2, 10, false)]
    [InlineData(2, 57, 74, 2, -1, true)]
    [InlineData(1, 300, 96, 1, 10, true)]
    [InlineData(1, 101, 192, 2, 10, false)]
    public void Both_passes_agree_with_the_formula(int batch, int frames, int channels, int heads, int window, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Case of = new(batch, frames, channels, heads, window);
        Shape shape = [batch, frames, channels], pairs = [batch, heads, frames, frames];
        ReferenceAttention reference = new(batch, frames, channels, heads, Math.Max(window, 0));
        float[] dy = RandomValues.Normal(shape, 7);
        Tensor q = Guarded.Input(backend, shape, of.Q), k = Guarded.Input(backend, shape, of.K), v = Guarded.Input(backend, shape, of.V);
        Tensor? rk = of.Rk is null ? null : Guarded.Input(backend, of.Table, of.Rk);
        Tensor? rv = of.Rv is null ? null : Guarded.Input(backend, of.Table, of.Rv);
        Tensor mask = Guarded.Input(backend, [batch, frames], of.Mask);
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]), p = Guarded.Output(backend, pairs, new float[pairs.Count]);
        backend.Attention(q, k, v, rk, rv, mask, heads, y.Tensor, p.Tensor);
        (double[] wanted, double[] weights) = reference.Forward(of.Q, of.K, of.V, of.Rk, of.Rv, of.Mask);
        OpRun.AssertClose(wanted, y.Values(), 2e-6);
        OpRun.AssertClose(weights, p.Values(), 2e-6);

        Tensor[] inputs = [.. ((Tensor?[])[q, k, v, rk, rv]).OfType<Tensor>()];
        GuardedGradient[] gradients = [.. inputs.Select(x => new GuardedGradient(backend, x.Shape, accumulate))];
        Gradient drk = rk is null ? default : gradients[3].Gradient, drv = rk is null ? default : gradients[4].Gradient;
        backend.AttentionBackward(
            q, k, v, rk, rv, mask, heads, p.Tensor, backend.NewTensor(pairs), Guarded.Input(backend, shape, dy),
            gradients[0].Gradient, gradients[1].Gradient, gradients[2].Gradient, drk, drv);
        double[][] all = reference.Backward(of.Q, of.K, of.V, of.Rk, of.Rv, of.Mask, dy);
        for (int index = 0; index < gradients.Length; index++) gradients[index].AssertIs(all[index], 4e-6);
    }

    [Property]
    public void Gradients_match_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        int batch = draw.Between(1, 4, "batch"), frames = draw.Between(1, draw.Coin("long") ? 40 : 9, "frames");
        int heads = draw.Between(1, 3, "heads"), depth = draw.Between(1, 12, "depth"), window = draw.Between(-1, 6, "window");
        Shape shape = [batch, frames, heads * depth];
        Tensor mask = draw.Mask(backend, shape);
        Shape[] shapes = [shape, shape, shape];
        if (window >= 0) shapes = [.. shapes, [1, (2 * window) + 1, depth], [1, (2 * window) + 1, depth]];
        GradientCheck.Run(
            backend, (tape, x) => Op.Attention(tape, x[0], x[1], x[2], x.ElementAtOrDefault(3), x.ElementAtOrDefault(4), mask, heads),
            [.. shapes.Select(of => draw.Input(of))], gradientFrom: draw.GradientFrom(shapes));
    }

    [Property]
    public void One_tensor_as_query_key_and_value_gets_all_three_gradients(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        int heads = draw.Between(1, 3, "heads");
        Shape shape = [draw.Between(1, 3, "batch"), draw.Between(1, 9, "frames"), heads * draw.Between(1, 5, "depth")];
        Tensor mask = draw.Mask(backend, shape);
        GradientCheck.Run(
            backend, (tape, x) => Op.Attention(tape, x[0], x[0], x[0], null, null, mask, heads), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Case of = new(batch: 2, frames: 101, channels: 74, heads: 2, window: 10);
        Dictionary<Backend, Tensor> masks = [];
        Tensor Attend(Tape tape, Tensor[] x)
        {
            if (!masks.ContainsKey(tape.Backend)) masks[tape.Backend] = GradientCheck.Constant(tape.Backend, [2, 101], of.Mask);
            return Op.Attention(tape, x[0], x[1], x[2], x[3], x[4], masks[tape.Backend], 2);
        }

        OpRun.AssertThreadsAgree(Attend, of.Inputs);
        OpRun.AssertAllocatesNothing(Attend, of.Inputs);
    }

    [Fact]
    public void Frames_behind_the_end_have_no_influence()
    {
        using CpuBackend backend = new(2);
        Case of = new(batch: 1, frames: 40, channels: 6, heads: 2, window: 4);
        float[] mask = RandomValues.Mask(40, 25), changed = [.. of.K];
        for (int at = 25 * 6; at < changed.Length; at++) changed[at] = 1000;
        float[] Run(float[] k, float[] v) => OpRun.Forward(
            backend, (tape, x) => Op.Attention(tape, x[0], x[1], x[2], x[3], x[4], GradientCheck.Constant(backend, [1, 40], mask), 2),
            of.Inputs[0], (of.Inputs[1].Shape, k), (of.Inputs[2].Shape, v), of.Inputs[3], of.Inputs[4])[..(25 * 6)];
        Assert.Equal(Run(of.K, of.V), Run(changed, [.. of.V[..(25 * 6)], .. changed[(25 * 6)..]]));
    }

    /// <summary>Random inputs; the last item's mask ends a third before its end. A negative window: no relative positions.</summary>
    private sealed class Case
    {
        internal Case(int batch, int frames, int channels, int heads, int window)
        {
            Shape shape = [batch, frames, channels];
            (Q, K, V) = (RandomValues.Normal(shape, 1), RandomValues.Normal(shape, 2), RandomValues.Normal(shape, 3));
            Mask = RandomValues.Mask(frames, [.. Enumerable.Repeat(frames, batch - 1), frames - (frames / 3)]);
            Inputs = [(shape, Q), (shape, K), (shape, V)];
            if (window < 0) return;
            Table = [1, (2 * window) + 1, channels / heads];
            (Rk, Rv) = (RandomValues.Normal(Table, 4), RandomValues.Normal(Table, 5));
            Inputs = [.. Inputs, (Table, Rk), (Table, Rv)];
        }

        internal float[] Q { get; }

        internal float[] K { get; }

        internal float[] V { get; }

        internal float[]? Rk { get; }

        internal float[]? Rv { get; }

        internal float[] Mask { get; }

        internal Shape Table { get; }

        internal (Shape Shape, float[] Values)[] Inputs { get; }
    }
}
