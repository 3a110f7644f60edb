using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Activate(Tensor x, Activation activation, float slope, Tensor y) => Launch(Kernels.Activate, Each(y.Count), x, y, Code(activation), slope, y.Count);

    public override void GatedLinear(Tensor x, Tensor y) => Launch(Kernels.GatedLinear, Each(y.Count), x, y, y.Shape[2], y.Count);
}
