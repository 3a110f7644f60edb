using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Add(Tensor a, Tensor b, Tensor? mask, Tensor y) => Launch(Kernels.Add, Each(y.Count), a, b, Tail(mask, y.Shape[0]), y, y.Count / (mask?.Count ?? 1), y.Count);

    public override void AddBackward(Tensor dy, Tensor? mask, Gradient dx) => ScaleRows(dy, mask, 1, dx);

    public override void AddPerItem(Tensor x, Tensor c, Tensor y) => Launch(Kernels.AddPerItem, Each(y.Count), x, c, y, y.Shape[1], y.Shape[2], y.Count);

    public override void AddPerItemBackward(Tensor dy, Gradient dx, Gradient dc)
    {
        ScaleRows(dy, null, 1, dx);
        if (dc.Tensor is not { } sums) return;
        int items = sums.Shape[0], frames = dy.Shape[1], channels = dy.Shape[2], blocks = SumBlocks(frames);
        KernelArgument partial = KernelArgument.Of(Scratch(sizeof(float) * (long)items * blocks * channels), 0, sizeof(float));
        Launch(Kernels.AddFrameSums, Each(channels, blocks, items), Tail(dy, items), partial, frames, channels, blocks);
        AddPartialSums(partial, items, blocks, channels, sums, channels, dc.Accumulate);
    }

    public override void Average(IReadOnlyList<Tensor> xs, Tensor y)
    {
        for (int term = 0; term < xs.Count; term++)
        {
            Launch(Kernels.AddTerm, Each(y.Count), Any(xs[term]), TypeOf(xs[term]), Any(y), TypeOf(y), term + 1 < xs.Count ? 1f : xs.Count, term == 0, y.Count);
        }
    }

    public override void ScaleBackward(Tensor dy, float scale, Gradient dx) => ScaleRows(dy, null, scale, dx);

    private void ScaleRows(Tensor dy, Tensor? mask, float scale, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0], channels = mask is null ? 1 : to.Count / (items * mask.Shape[1]);
        Launch(Kernels.ScaleBackward, Each(to.Count), Tail(dy, items), TypeOf(dy), Tail(mask, items), Any(to), TypeOf(to), scale, channels, to.Count, dx.Accumulate);
    }
}
