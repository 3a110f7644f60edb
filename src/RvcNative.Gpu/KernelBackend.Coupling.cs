using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Coupling(Tensor x, Tensor m, Tensor mask, bool inverse, Tensor y) =>
        Launch(Kernels.Coupling, Each(y.Count), x, m, mask, y, inverse, m.Shape[2], y.Count);

    public override void CouplingBackward(Tensor mask, Tensor dy, Gradient dx, Gradient dm)
    {
        int channels = dy.Shape[2] / 2;
        if (dx.Tensor is { } x)
        {
            Launch(Kernels.CouplingBackwardX, Each(x.Count), Tail(mask, x.Shape[0]), Tail(dy, x.Shape[0]), x, channels, x.Count, dx.Accumulate);
        }

        if (dm.Tensor is { } m) Launch(Kernels.CouplingBackwardM, Each(m.Count), Tail(dy, m.Shape[0]), m, channels, m.Count, dm.Accumulate);
    }
}
