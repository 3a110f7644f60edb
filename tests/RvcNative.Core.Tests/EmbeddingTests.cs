using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class EmbeddingTests
{
    private const float Scale = 13.856406f, Slope = 0.1f;

    [Theory]
    [InlineData(1, 1, 1, false)]
    [InlineData(5, 3, 37, false)]
    [InlineData(5, 3, 37, true)]
    public void Rows_are_looked_up_and_their_gradients_gathered(int batch, int rows, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape table = [rows, channels], shape = [batch, 1, channels];
        long[] ids = RandomValues.Ids(batch, 1, rows);
        float[] values = RandomValues.Normal(table, 2), dy = RandomValues.Normal(shape, 3);
        Tensor idTensor = GradientCheck.Constant(backend, [batch], ids);
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.Embedding(Guarded.Input(backend, table, values), idTensor, y.Tensor);
        OpRun.AssertClose(ReferenceRows.Of(shape, (b, _, c) => values[(ids[b] * channels) + c]), y.Values(), 0);

        double[] wanted = new double[table.Count];
        for (int at = 0; at < dy.Length; at++) wanted[(ids[at / channels] * channels) + (at % channels)] += dy[at];
        GuardedGradient dtable = new(backend, table, accumulate);
        backend.EmbeddingBackward(idTensor, Guarded.Input(backend, shape, dy), dtable.Gradient);
        dtable.AssertIs(wanted);
    }

    [Theory, ClassData(typeof(OpShapes))]
    public void Frames_agree_with_the_formula_in_both_passes(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels], table = [5, channels], rows = [batch, frames];
        float[] x = RandomValues.Normal(shape, 1), values = RandomValues.Normal(table, 2), dy = RandomValues.Normal(shape, 3);
        float[] mask = RandomValues.Bits(rows.Count, 4);
        long[] ids = RandomValues.Ids(rows.Count, 5, 5);
        Tensor idTensor = GradientCheck.Constant(backend, rows, ids), maskTensor = Guarded.Input(backend, rows, mask);
        Tensor xTensor = Guarded.Input(backend, shape, x);
        double Sum(int b, int t, int c, bool pitch) =>
            ReferenceRows.Read(x, shape)(b, t, c) + (pitch ? values[(ids[(b * frames) + t] * channels) + c] : 0);
        double Y(int b, int t, int c, bool pitch) =>
            mask[(b * frames) + t] * Scale * Sum(b, t, c, pitch) * (Sum(b, t, c, pitch) > 0 ? 1 : Slope);
        Guarded plain = Guarded.Output(backend, shape, new float[shape.Count]), y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.EmbedFrames(xTensor, null, null, Scale, Slope, maskTensor, plain.Tensor);
        OpRun.AssertClose(ReferenceRows.Of(shape, (b, t, c) => Y(b, t, c, pitch: false)), plain.Values());
        backend.EmbedFrames(xTensor, Guarded.Input(backend, table, values), idTensor, Scale, Slope, maskTensor, y.Tensor);
        OpRun.AssertClose(ReferenceRows.Of(shape, (b, t, c) => Y(b, t, c, pitch: true)), y.Values());

        double[] wanted = ReferenceRows.Of(shape, (b, t, c) =>
            mask[(b * frames) + t] * Scale * ReferenceRows.Read(dy, shape)(b, t, c) * (Sum(b, t, c, pitch: true) > 0 ? 1 : Slope));
        double[] sums = new double[table.Count];
        for (int at = 0; at < wanted.Length; at++) sums[(ids[at / channels] * channels) + (at % channels)] += wanted[at];
        GuardedGradient dx = new(backend, shape, accumulate), dtable = new(backend, table, accumulate);
        Tensor saved = Guarded.Input(backend, shape, y.Values());
        backend.EmbedFramesBackward(saved, idTensor, Scale, Slope, maskTensor, Guarded.Input(backend, shape, dy), dx.Gradient, dtable.Gradient);
        dx.AssertIs(wanted);
        dtable.AssertIs(sums);
    }

    [Property]
    public void Gradient_of_looked_up_rows_matches_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape table = [draw.Between(1, 6, "rows"), draw.Between(1, 37, "channels")];
        int batch = draw.Between(1, 9, "batch");
        Tensor ids = GradientCheck.Constant(backend, [batch], draw.Ids(batch, table[0]));
        GradientCheck.Run(backend, (tape, x) => Op.Embedding(tape, x[0], ids), [draw.Input(table)]);
    }

    [Property]
    public void Gradients_of_embedded_frames_match_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x"), table = [draw.Between(1, 6, "rows"), shape[2]];
        Tensor mask = draw.Mask(backend, shape), ids = GradientCheck.Constant(backend, [shape[0], shape[1]], draw.Ids(shape[0] * shape[1], table[0]));
        float scale = draw.Between(1, 30, "scale") / 2f, slope = draw.Between(1, 9, "slope") / 10f;

        // Sums of x and a row stay 0.2 away from the kink.
        (Shape, float[]) x = (shape, draw.Values(seed => RandomValues.AwayFromZero(shape.Count, seed, 0.5f)));
        (Shape, float[]) rows = (table, draw.Values(seed => RandomValues.Uniform(table.Count, seed, -0.3f, 0.3f)));
        if (draw.Coin("without pitch"))
        {
            GradientCheck.Run(
                backend, (tape, of) => Op.EmbedFrames(tape, of[0], null, null, scale, slope, mask), [x], gradientFrom: draw.GradientFrom(shape));
            return;
        }

        GradientCheck.Run(
            backend, (tape, of) => Op.EmbedFrames(tape, of[0], of[1], ids, scale, slope, mask), [x, rows], gradientFrom: draw.GradientFrom(shape, table));
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Shape shape = [2, 300, 74], table = [20, 74];
        Dictionary<Backend, (Tensor Mask, Tensor Ids)> constants = [];
        Tensor Embed(Tape tape, Tensor[] x)
        {
            if (!constants.TryGetValue(tape.Backend, out (Tensor Mask, Tensor Ids) of))
            {
                of = (
                    GradientCheck.Constant(tape.Backend, [2, 300], RandomValues.Mask(300, 300, 200)),
                    GradientCheck.Constant(tape.Backend, [2, 300], RandomValues.Ids(600, 2, 20)));
                constants[tape.Backend] = of;
            }

            return Op.EmbedFrames(tape, x[0], x[1], of.Ids, Scale, Slope, of.Mask);
        }

        OpRun.AssertThreadsAgree(Embed, (shape, RandomValues.Normal(shape, 3)), (table, RandomValues.Normal(table, 4)));
        OpRun.AssertAllocatesNothing(Embed, (shape, RandomValues.Normal(shape, 3)), (table, RandomValues.Normal(table, 4)));
    }
}
