using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Channels(Tensor x, int first, Tensor y) => Launch(Kernels.Channels, Each(y.Count), x, y, x.Shape[2], y.Shape[2], first, y.Count);

    public override void ChannelsBackward(Tensor dy, int first, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        Launch(Kernels.ChannelsBackward, Each(to.Count), Tail(dy, to.Shape[0]), to, to.Shape[2], dy.Shape[2], first, to.Count, dx.Accumulate);
    }

    public override void JoinChannels(Tensor a, Tensor b, Tensor y) => Launch(Kernels.JoinChannels, Each(y.Count), a, b, y, a.Shape[2], b.Shape[2], y.Count);

    public override void JoinChannelsBackward(Tensor dy, int first, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        Launch(Kernels.JoinChannelsBackward, Each(to.Count), Tail(dy, to.Shape[0]), to, dy.Shape[2], to.Shape[2], first, to.Count, dx.Accumulate);
    }

    public override void FlipChannels(Tensor x, Tensor y) => Launch(Kernels.FlipChannels, Each(y.Count), x, y, y.Shape[2], y.Count, false);

    public override void FlipChannelsBackward(Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        Launch(Kernels.FlipChannels, Each(to.Count), Tail(dy, to.Shape[0]), to, to.Shape[2], to.Count, dx.Accumulate);
    }
}
