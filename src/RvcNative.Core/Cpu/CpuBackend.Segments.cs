namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Segments(Tensor x, Tensor starts, int step, Tensor y) => throw new NotSupportedException();

    public override void SegmentsBackward(Tensor starts, int step, Tensor dy, Gradient dx) => throw new NotSupportedException();

    public override void Concatenate(Tensor a, Tensor b, Tensor y) => throw new NotSupportedException();

    public override void ReflectEnd(Tensor x, Tensor y) => throw new NotSupportedException();

    public override void ReflectEndBackward(Tensor dy, Gradient dx) => throw new NotSupportedException();
}
