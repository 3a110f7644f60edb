using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Embedding(Tensor table, Tensor ids, Tensor y) => Launch(Kernels.Embedding, Each(y.Count), table, ids, y, table.Shape[1], y.Count);

    public override void EmbeddingBackward(Tensor ids, Tensor dy, Gradient dtable) => SumOfIds(null, ids, 1, 1, null, dy, dtable);

    public override void EmbedFrames(Tensor x, Tensor? table, Tensor? ids, float scale, float slope, Tensor mask, Tensor y) =>
        Launch(Kernels.EmbedFrames, Each(y.Count), x, table, ids, mask, y, scale, slope, y.Shape[2], y.Count);

    public override void EmbedFramesBackward(Tensor y, Tensor? ids, float scale, float slope, Tensor mask, Tensor dy, Gradient dx, Gradient dtable)
    {
        if (dx.Tensor is { } x)
        {
            int items = x.Shape[0];
            Launch(Kernels.EmbedFramesBackward, Each(x.Count), Tail(y, items), Tail(mask, items), Tail(dy, items), x, scale, slope, x.Shape[2], x.Count, dx.Accumulate);
        }

        if (dtable.Wanted) SumOfIds(y, ids!, scale, slope, mask, dy, dtable);
    }

    private void SumOfIds(Tensor? y, Tensor ids, float scale, float slope, Tensor? mask, Tensor dy, Gradient dtable)
    {
        if (dtable.Tensor is not { } table) return;
        int items = dy.Shape[0], channels = table.Shape[1];
        Launch(Kernels.EmbeddingTable, Each(table.Count), Tail(y, items), Tail(ids, items), Tail(mask, items), dy, table, scale, slope, dy.Count / channels, channels,
            table.Count, dtable.Accumulate);
    }
}
