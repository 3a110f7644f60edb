namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void ResidualSkip(Tensor x, Tensor r, Tensor mask, bool first, Tensor y, Tensor skip) => throw new NotSupportedException();

    public override void ResidualSkipBackward(Tensor mask, Tensor? dy, Tensor dskip, Gradient dx, Gradient dr) => throw new NotSupportedException();
}
