namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void StftMagnitude(Tensor wave, Tensor window, StftSettings settings, Tensor y) => throw new NotSupportedException();

    public override void StftMagnitudeBackward(Tensor wave, Tensor window, StftSettings settings, Tensor y, Tensor dy, Gradient dwave) => throw new NotSupportedException();

    public override void LogClamp(Tensor x, float floor, Tensor y) => throw new NotSupportedException();

    public override void LogClampBackward(Tensor x, float floor, Tensor dy, Gradient dx) => throw new NotSupportedException();
}
