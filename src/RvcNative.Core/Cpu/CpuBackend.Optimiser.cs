namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void AdamW(Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon) => throw new NotSupportedException();

    public override void Norm(Tensor gradients, Tensor norm) => throw new NotSupportedException();

    public override void Clear(Tensor x) => throw new NotSupportedException();
}
