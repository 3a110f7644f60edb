using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

public static partial class OpTrials
{
    private static IEnumerable<OpTrial> Encoder() =>
    [
        .. OverShapes("Embedding", (run, shape, add, items) =>
        {
            Tensor table = run.Normal([11, shape[2]]), ids = run.Ids([shape[0]], 11), perFrame = run.Ids([shape[0], shape[1]], 11);
            Tensor x = run.Normal(shape), mask = run.Mask(shape[0], shape[1]), dy = run.Normal(shape);
            run.Backend.Embedding(table, ids, run.Output(PerItem(shape)));
            run.Backend.EmbeddingBackward(ids, run.Normal(PerItem(shape)), run.Into(table.Shape, add));
            run.Backend.EmbedFrames(x, table, perFrame, 1.7f, 0.1f, mask, run.Output(shape));
            run.Backend.EmbedFrames(x, null, null, 1.7f, 0.1f, mask, run.Output(shape));
            run.Backend.EmbedFramesBackward(x, perFrame, 1.7f, 0.1f, mask, dy, run.Into(shape.WithFirst(items), add), run.Into(table.Shape, add));
        }),
        .. OverShapes("Gather", (run, shape, _, _) =>
        {
            (int batch, int frames, int channels) = (shape[0], shape[1], shape[2]);
            long[] places = [.. Enumerable.Range(0, batch).SelectMany(item => (long[])[7 + (3 * item), item % 2 == 0 ? (frames + 1) / 2 : frames + 5])];
            int rows = 12 + (3 * batch) + frames;
            Tensor at = run.Numbers(places), ids = run.Ids([batch, frames, 1], 9);
            Op.Gather(run.Backend, run.Normal([rows, channels]), at.View([batch, 2]), run.Output(shape));
            Op.Gather(run.Backend, run.Ids([rows, 1], 1 << 20), at.View([batch, 2]), ids);
            run.Note(ids);
        }),
        .. OverShapes("Draw", (run, shape, _, _) =>
        {
            run.Backend.Normal(0x123456789ABCDEF0, run.Ids([1], 1 << 20), null, 0, run.Output(shape));
            run.Backend.Normal(7, run.Ids([1], 1 << 20), run.Ids([1], 1 << 10), 13, run.Output(Twice(shape)));
        }),
    ];

    private static IEnumerable<OpTrial> Recurrent()
    {
        foreach ((int batch, int frames, int hidden, int directions) in ((int, int, int, int)[])[(1, 1, 1, 1), (2, 20, 5, 2), (1, 9, 300, 2)])
        {
            yield return new OpTrial("Gru", $"[{batch},{frames}] of {directions}*{hidden}", run =>
            {
                Tensor gates = run.Normal([batch, frames, directions * 3 * hidden]), weight = run.Normal([directions, hidden, 3 * hidden], 0.3f), bias = run.Normal([directions, 3 * hidden]);
                run.Backend.Gru(gates, weight, bias, run.Normal([batch, 1, directions * hidden]), run.Output([batch, frames, directions * hidden]));
            }, Limit: 2e-5);
        }
    }

    private static IEnumerable<OpTrial> Attention()
    {
        foreach ((int batch, int frames, int heads, int depth, int window) in
            ((int, int, int, int, int)[])[(1, 1, 1, 1, 0), (2, 7, 2, 5, 2), (1, 70, 2, 33, 10), (3, 40, 1, 16, 4), (1, 5, 2, 8, 10)])
        {
            foreach (bool add in (bool[])[false, true]) yield return New(batch, frames, heads, depth, window, add);
        }

        static OpTrial New(int batch, int frames, int heads, int depth, int window, bool add) => new(
            "Attention", $"[{batch},{frames},{heads}*{depth}] window {window}{(add ? ", added" : "")}", run =>
            {
                Shape shape = [batch, frames, heads * depth], pairs = [batch, heads, frames, frames], table = [1, (2 * window) + 1, depth];
                Tensor q = run.Normal(shape), k = run.Normal(shape), v = run.Normal(shape), mask = run.Mask(batch, frames), dy = run.Normal(shape);
                Tensor? keys = window > 0 ? run.Normal(table) : null, values = window > 0 ? run.Normal(table) : null;
                run.Backend.Attention(q, k, v, keys, values, mask, heads, run.Output(shape), null);
                Tensor p = run.Output(pairs);
                run.Backend.Attention(q, k, v, keys, values, mask, heads, run.Output(shape), p);
                int items = add ? Math.Max(1, batch - 1) : batch;
                run.Backend.AttentionBackward(q, k, v, keys, values, mask, heads, p, run.Output(pairs), dy, run.Into(shape.WithFirst(items), add), run.Into(shape, add),
                    run.Into(shape.WithFirst(items), add), keys is null ? default : run.Into(table, add), values is null ? default : run.Into(table, add));
            }, Limit: 1e-5);
    }
}
