namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void LeakyRelu(Tensor x, float slope, Tensor y) => throw new NotSupportedException();

    public override void LeakyReluBackward(Tensor y, float slope, Tensor dy, Gradient dx) => throw new NotSupportedException();
}
