using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Interpolate(Tensor x, int rate, Tensor y) => Launch(Kernels.Interpolate, Each(y.Count), x, y, rate, x.Shape[1], x.Shape[2], y.Count);

    public override void InterpolateBackward(int rate, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        Launch(Kernels.InterpolateBackward, Each(to.Count), Tail(dy, to.Shape[0]), to, rate, to.Shape[1], to.Shape[2], to.Count, dx.Accumulate);
    }
}
