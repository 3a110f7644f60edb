namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Channels(Tensor x, int first, Tensor y) => throw new NotSupportedException();

    public override void ChannelsBackward(Tensor dy, int first, Gradient dx) => throw new NotSupportedException();

    public override void FlipChannels(Tensor x, Tensor y) => throw new NotSupportedException();

    public override void FlipChannelsBackward(Tensor dy, Gradient dx) => throw new NotSupportedException();
}
