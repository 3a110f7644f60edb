using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Reparameterize(Tensor x, Tensor noise, float scale, Tensor mask, Tensor z) =>
        Launch(Kernels.Reparameterize, Each(z.Count), x, noise, mask, z, scale, z.Shape[2], z.Count);

    public override void ReparameterizeBackward(Tensor x, Tensor noise, float scale, Tensor mask, Tensor dz, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0], count = to.Count / 2;
        Launch(Kernels.ReparameterizeBackward, Each(count), Tail(x, items), Tail(noise, items), Tail(mask, items), Tail(dz, items), to, scale, dz.Shape[2], count,
            dx.Accumulate);
    }
}
