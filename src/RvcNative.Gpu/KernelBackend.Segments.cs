using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Segments(Tensor x, Tensor starts, int step, Tensor y) =>
        Launch(Kernels.Segments, Each(y.Count), x, starts, y, step, x.Shape[1], y.Shape[1], y.Shape[2], y.Count);

    public override void SegmentsBackward(Tensor starts, int step, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0];
        Launch(Kernels.SegmentsBackward, Each(to.Count), Tail(starts, items), Tail(dy, items), to, step, to.Shape[1], dy.Shape[1], dy.Shape[2], to.Count, dx.Accumulate);
    }

    public override void Concatenate(Tensor a, Tensor b, Tensor y) => Launch(Kernels.Concatenate, Each(y.Count), a, b, y, a.Count, y.Count);

    public override void ReflectEnd(Tensor x, Tensor y) => Launch(Kernels.ReflectEnd, Each(y.Count), x, y, x.Shape[1], y.Shape[1], y.Shape[2], y.Count);

    public override void ReflectEndBackward(Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        Launch(Kernels.ReflectEndBackward, Each(to.Count), Tail(dy, to.Shape[0]), to, to.Shape[1], dy.Shape[1], dy.Shape[2], to.Count, dx.Accumulate);
    }
}
