namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Reparameterize(Tensor x, Tensor noise, float scale, Tensor mask, Tensor z) => throw new NotSupportedException();

    public override void ReparameterizeBackward(Tensor x, Tensor noise, float scale, Tensor mask, Tensor dz, Gradient dx) => throw new NotSupportedException();
}
