namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Coupling(Tensor x, Tensor m, Tensor mask, bool inverse, Tensor y) => throw new NotSupportedException();

    public override void CouplingBackward(Tensor mask, Tensor dy, Gradient dx, Gradient dm) => throw new NotSupportedException();
}
