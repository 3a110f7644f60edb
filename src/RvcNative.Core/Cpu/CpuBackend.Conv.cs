namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Conv(Tensor x, Tensor w, Tensor? bias, ConvGeometry geometry, ConvEpilogue epilogue, Tensor y) => throw new NotSupportedException();

    public override void ConvDataGradient(Tensor dy, Tensor w, ConvGeometry geometry, Gradient dx) => throw new NotSupportedException();

    public override void ConvWeightGradient(Tensor x, Tensor dy, ConvGeometry geometry, Gradient dw) => throw new NotSupportedException();

    public override void ConvEpilogueBackward(Tensor y, ConvEpilogue epilogue, Tensor dy, Gradient dresidual, Gradient dbias) => throw new NotSupportedException();
}
