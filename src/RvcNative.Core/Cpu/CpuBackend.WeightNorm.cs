namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void WeightNorm(Tensor v, Tensor g, bool perInput, Tensor w, Tensor norm) => throw new NotSupportedException();

    public override void WeightNormBackward(Tensor v, Tensor g, bool perInput, Tensor norm, Tensor dw, Gradient dv, Gradient dg) => throw new NotSupportedException();
}
