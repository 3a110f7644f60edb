namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Coupling(Tensor x, Tensor m, Tensor mask, bool inverse, Tensor y) =>
        ForRows(mask.Count, y.Shape[2], new Couple(Pointer(x), Pointer(m), Pointer(mask), inverse, Pointer(y), m.Shape[2]));

    public override void CouplingBackward(Tensor mask, Tensor dy, Gradient dx, Gradient dm)
    {
        int frames = dy.Shape[1], channels = dy.Shape[2] / 2;
        if (dx.Tensor is { } x)
        {
            int items = x.Shape[0];
            ForRows(items * frames, 2 * channels, new CoupleBack(Tail(mask, items), Tail(dy, items), Pointer(x), channels, dx.Accumulate));
        }

        if (dm.Tensor is { } m)
        {
            int items = m.Shape[0];
            ForRows(items * frames, channels, new SecondHalf(Tail(dy, items), Pointer(m), channels, dm.Accumulate));
        }
    }

    private readonly struct Couple(float* x, float* m, float* mask, bool inverse, float* y, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* from = x + (row * 2 * channels), to = y + (row * 2 * channels), mean = m + (row * channels);
                Simd.Map(new Simd.Copy(), from, to, channels);
                if (inverse && mask[row] == 0) Clear(to + channels, channels);
                else if (inverse) Simd.Map(new Simd.Difference(), from + channels, mean, to + channels, channels);
                else if (mask[row] == 0) Simd.Map(new Simd.Copy(), mean, to + channels, channels);
                else Simd.Map(new Simd.Sum(), mean, from + channels, to + channels, channels);
            }
        }
    }

    private readonly struct CoupleBack(float* mask, float* dy, float* dx, int channels, bool accumulate) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* to = dx + (row * 2 * channels);
                Simd.Map(new Simd.Copy(), dy + (row * 2 * channels), to, mask[row] == 0 ? channels : 2 * channels, accumulate);
                if (mask[row] == 0 && !accumulate) Clear(to + channels, channels);
            }
        }
    }

    private readonly struct SecondHalf(float* dy, float* dm, int channels, bool accumulate) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                Simd.Map(new Simd.Copy(), dy + (((row * 2) + 1) * channels), dm + (row * channels), channels, accumulate);
            }
        }
    }
}
