using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void LeakyRelu(Tensor x, float slope, Tensor y) => Launch(Kernels.LeakyRelu, Each(y.Count), x, y, slope, y.Count);

    public override void LeakyReluBackward(Tensor y, float slope, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        Launch(Kernels.LeakyReluBackward, Each(to.Count), Tail(y, to.Shape[0]), Tail(dy, to.Shape[0]), to, slope, to.Count, dx.Accumulate);
    }
}
