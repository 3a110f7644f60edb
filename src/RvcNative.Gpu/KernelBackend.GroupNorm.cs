using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void GroupNorm(Tensor x, Tensor gamma, Tensor beta, int groups, float epsilon, Tensor y, Tensor mean, Tensor rstd) =>
        Launch(Kernels.GroupNorm, new Grid(groups, y.Shape[0]), x, gamma, beta, y, mean, rstd, epsilon, y.Shape[1], y.Shape[2], y.Shape[2] / groups);
}
