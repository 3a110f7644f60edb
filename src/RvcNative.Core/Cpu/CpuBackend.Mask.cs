namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Mask(Tensor x, Tensor mask, Tensor y) =>
        MapRows(new Simd.Copy(), Pointer(x), Pointer(mask), Pointer(y), mask.Count, y.Shape[2]);

    public override void MaskBackward(Tensor mask, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0];
        MapRows(new Simd.Copy(), Tail(dy, items), Tail(mask, items), Pointer(to), items * to.Shape[1], to.Shape[2], dx.Accumulate);
    }
}
