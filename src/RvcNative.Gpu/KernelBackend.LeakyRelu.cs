using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void LeakyRelu(Tensor x, float slope, Tensor y) => Launch(Kernels.LeakyRelu, Each(y.Count), Any(x), TypeOf(x), Any(y), TypeOf(y), slope, y.Count);

    public override void LeakyReluBackward(Tensor y, float slope, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        Launch(Kernels.LeakyReluBackward, Each(to.Count), Tail(y, to.Shape[0]), TypeOf(y), Tail(dy, to.Shape[0]), TypeOf(dy), Any(to), TypeOf(to), slope, to.Count, dx.Accumulate);
    }
}
