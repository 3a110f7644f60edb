namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Attention( Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor y, Tensor p) => throw new NotSupportedException();

    public override void AttentionBackward( Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor p, Tensor scratch, Tensor dy, Gradient dq, Gradient dk, Gradient dv, Gradient drelativeKeys, Gradient drelativeValues) => throw new NotSupportedException();
}
