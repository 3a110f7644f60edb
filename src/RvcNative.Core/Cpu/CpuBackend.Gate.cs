namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Gate(Tensor x, Tensor? condition, int offset, Tensor y) => throw new NotSupportedException();

    public override void GateBackward(Tensor x, Tensor? condition, int offset, Tensor dy, Gradient dx, Gradient dcondition) => throw new NotSupportedException();
}
