namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void LayerNorm(Tensor x, Tensor gamma, Tensor beta, float epsilon, Tensor y, Tensor mean, Tensor rstd) => throw new NotSupportedException();

    public override void LayerNormBackward(Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Gradient dx, Gradient dgamma, Gradient dbeta) => throw new NotSupportedException();
}
