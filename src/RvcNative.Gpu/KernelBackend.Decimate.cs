using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Decimate(Tensor x, Tensor taps, int rate, Tensor y) =>
        Launch(Kernels.Decimate, Each(y.Count), x, taps, y, rate, taps.Count / 2, x.Shape[1], y.Shape[1], y.Shape[2], y.Count);

    public override void DecimateBackward(Tensor taps, int rate, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        Launch(Kernels.DecimateBackward, Each(to.Count), taps, Tail(dy, to.Shape[0]), to, rate, taps.Count / 2, to.Shape[1], dy.Shape[1], to.Shape[2], to.Count, dx.Accumulate);
    }
}
