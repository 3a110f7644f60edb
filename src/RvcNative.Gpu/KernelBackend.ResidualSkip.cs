using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void ResidualSkip(Tensor x, Tensor r, Tensor mask, bool first, Tensor y, Tensor skip) =>
        Launch(Kernels.ResidualSkip, Each(y.Count), x, r, mask, y, skip, first, y.Shape[2], y.Count);

    public override void ResidualSkipBackward(Tensor mask, Tensor? dy, Tensor dskip, Gradient dx, Gradient dr)
    {
        if (dr.Tensor is { } r)
        {
            int items = r.Shape[0];
            Launch(Kernels.ResidualSkipBackward, Each(r.Count / 2), Tail(mask, items), Tail(dy, items), Tail(dskip, items), r, dskip.Shape[2], r.Count / 2, dr.Accumulate);
        }

        if (dx.Wanted) ScaleRows(dy!, mask, 1, dx);
    }
}
