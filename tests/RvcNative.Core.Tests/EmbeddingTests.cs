using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

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

    [Fact]
    public void Gradients_match_finite_differences()
    {
        using CpuBackend backend = new(2);
        Tensor speakers = GradientCheck.Constant(backend, [4], (long[])[1, 0, 1, 3]);
        GradientCheck.Run(backend, (tape, x) => Op.Embedding(tape, x[0], speakers), [([4, 7], RandomValues.Normal(28, 1))]);

        Shape shape = [3, 5, 7];
        Tensor mask = GradientCheck.Constant(backend, [3, 5], RandomValues.Mask(5, 5, 2, 4));
        Tensor ids = GradientCheck.Constant(backend, [3, 5], RandomValues.Ids(15, 2, 4));
        (Shape, float[])[] inputs = [(shape, RandomValues.AwayFromZero(105, 3, 0.5f)), ([4, 7], RandomValues.Uniform(28, 4, -0.3f, 0.3f))];
        foreach (int[] from in (int[][])[[0, 0], [2, 0], [2, 4]])
        {
            GradientCheck.Run(backend, (tape, x) => Op.EmbedFrames(tape, x[0], x[1], ids, Scale, Slope, mask), inputs, gradientFrom: from);
        }
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
