using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Affine(Tensor x, Tensor scale, Tensor shift, float slope, Tensor y) =>
        Launch(Kernels.Affine, Each(y.Count), x, scale, shift, y, slope, y.Shape[2], y.Count);
}
