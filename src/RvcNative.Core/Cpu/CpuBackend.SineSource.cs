namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void SineSource(Tensor f0, Tensor noise, SineSourceSettings settings, Tensor y) => throw new NotSupportedException();
}
