using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Gate(Tensor x, Tensor? condition, int offset, Tensor y) => Launch(
        Kernels.Gate, Each(y.Count), x, Tail(condition, y.Shape[0]), y, condition?.Shape[2] ?? 0, offset, y.Shape[1], y.Shape[2], y.Count);

    public override void GateBackward(Tensor x, Tensor? condition, int offset, Tensor dy, Gradient dx, Gradient dcondition)
    {
        int items = dy.Shape[0], frames = dy.Shape[1], channels = dy.Shape[2], blocks = SumBlocks(frames);
        KernelArgument partial = dcondition.Wanted
            ? KernelArgument.Of(Scratch(sizeof(float) * 2L * items * blocks * channels), 0, sizeof(float))
            : default(Tensor);
        Launch(Kernels.GateBackward, Each(channels, blocks, items), Tail(x, items), Tail(condition, items), dy, dx.Tensor, partial,
            condition?.Shape[2] ?? 0, offset, frames, channels, blocks, items - (dx.Tensor?.Shape[0] ?? items), dx.Accumulate);
        if (dcondition.Tensor is not { } sums) return;
        if (!dcondition.Accumulate) Clear(sums);
        int sumItems = sums.Shape[0], skipped = (items - sumItems) * blocks * 2 * channels;
        AddPartialSums(KernelArgument.Of(partial.Memory!, (long)skipped * sizeof(float), sizeof(float)), sumItems, blocks, 2 * channels,
            KernelArgument.Of(sums, offset), sums.Shape[2], accumulate: true);
    }
}
