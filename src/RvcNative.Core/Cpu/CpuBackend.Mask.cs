namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Mask(Tensor x, Tensor mask, Tensor y) => throw new NotSupportedException();

    public override void MaskBackward(Tensor mask, Tensor dy, Gradient dx) => throw new NotSupportedException();
}
