using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void MaxPool(Tensor x, Tensor y) => Launch(Kernels.MaxPool, Each(y.Count), x, y, x.Shape[1], y.Shape[1], y.Shape[2], y.Count);

    public override void AveragePool(Tensor x, int width, Tensor y) =>
        Launch(Kernels.AveragePool, Each(y.Count), x, y, x.Shape[1] / width, width, y.Shape[2], y.Count);
}
