namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void ResidualSkip(Tensor x, Tensor r, Tensor mask, bool first, Tensor y, Tensor skip) =>
        ForRows(mask.Count, 2 * y.Shape[2], new Residual(Pointer(x), Pointer(r), Pointer(mask), first, Pointer(y), Pointer(skip), y.Shape[2]));

    public override void ResidualSkipBackward(Tensor mask, Tensor? dy, Tensor dskip, Gradient dx, Gradient dr)
    {
        int frames = mask.Shape[1], channels = dskip.Shape[2];
        if (dr.Tensor is { } r)
        {
            int items = r.Shape[0];
            ForRows(items * frames, 2 * channels,
                new ResidualBack(Tail(mask, items), TailOrNull(dy, items), Tail(dskip, items), Pointer(r), channels, dr.Accumulate));
        }

        if (dx.Tensor is { } x)
        {
            int items = x.Shape[0];
            MapRows(new Simd.Copy(), Tail(dy!, items), Tail(mask, items), Pointer(x), items * frames, channels, dx.Accumulate);
        }
    }

    private readonly struct Residual(float* x, float* r, float* mask, bool first, float* y, float* skip, int channels) : IRows
    {
        public void Run(int firstRow, int end)
        {
            for (int row = firstRow; row < end; row++)
            {
                int at = row * channels;
                float* residual = r + (2 * at);
                if (mask[row] == 0) Clear(y + at, channels);
                else Simd.Map(new Simd.Sum(), x + at, residual, y + at, channels);
                Simd.Map(new Simd.Copy(), residual + channels, skip + at, channels, accumulate: !first);
            }
        }
    }

    private readonly struct ResidualBack(float* mask, float* dy, float* dskip, float* dr, int channels, bool accumulate) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                int at = row * channels;
                float* to = dr + (2 * at);
                if (dy != null && mask[row] != 0) Simd.Map(new Simd.Copy(), dy + at, to, channels, accumulate);
                else if (!accumulate) Clear(to, channels);
                Simd.Map(new Simd.Copy(), dskip + at, to + channels, channels, accumulate);
            }
        }
    }
}
