namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Normal(ulong key, Tensor step, Tensor y) => throw new NotSupportedException();
}
