using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Mask(Tensor x, Tensor mask, Tensor y) => Launch(Kernels.Mask, Each(y.Count), x, mask, y, y.Shape[2], y.Count, false);

    public override void MaskBackward(Tensor mask, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        Launch(Kernels.Mask, Each(to.Count), Tail(dy, to.Shape[0]), Tail(mask, to.Shape[0]), to, to.Shape[2], to.Count, dx.Accumulate);
    }
}
