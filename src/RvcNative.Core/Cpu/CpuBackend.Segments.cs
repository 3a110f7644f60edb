namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Segments(Tensor x, Tensor starts, int step, Tensor y)
    {
        int rowsFrom = x.Shape[1], rowsTo = y.Shape[1], channels = y.Shape[2];
        Cut job = new(Pointer(x), Ids(starts), step, Pointer(y), rowsFrom, rowsTo, channels);
        _pool.For(y.Shape[0], ref job);
    }

    public override void SegmentsBackward(Tensor starts, int step, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0];
        long* tailStarts = Ids(starts) + (starts.Count - items);
        CutBack job = new(tailStarts, step, Tail(dy, items), Pointer(to), to.Shape[1], dy.Shape[1], dy.Shape[2], dx.Accumulate);
        _pool.For(items, ref job);
    }

    public override void Concatenate(Tensor a, Tensor b, Tensor y)
    {
        MapRows(new Simd.Copy(), Pointer(a), null, Pointer(y), a.Count, 1);
        MapRows(new Simd.Copy(), Pointer(b), null, Pointer(y) + a.Count, b.Count, 1);
    }

    public override void ReflectEnd(Tensor x, Tensor y)
    {
        Reflect job = new(Pointer(x), Pointer(y), x.Shape[1], y.Shape[1], y.Shape[2]);
        _pool.For(y.Shape[0], ref job);
    }

    public override void ReflectEndBackward(Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        ReflectBack job = new(Tail(dy, to.Shape[0]), Pointer(to), to.Shape[1], dy.Shape[1], dy.Shape[2], dx.Accumulate);
        _pool.For(to.Shape[0], ref job);
    }

    /// <summary>How many of the segment's frames lie within the item.</summary>
    private static int Inside(long start, int rowsFrom, int rowsTo) => (int)Math.Clamp(rowsFrom - start, 0, rowsTo);

    private readonly struct Cut(float* x, long* starts, int step, float* y, int rowsFrom, int rowsTo, int channels) : IJob
    {
        public void Run(int item)
        {
            long start = starts[item] * step;
            int inside = Inside(start, rowsFrom, rowsTo) * channels;
            float* to = y + (item * rowsTo * channels);
            if (inside > 0) Simd.Map(new Simd.Copy(), x + (((item * rowsFrom) + start) * channels), to, inside);
            Clear(to + inside, (rowsTo * channels) - inside);
        }
    }

    private readonly struct CutBack(long* starts, int step, float* dy, float* dx, int rowsFrom, int rowsTo, int channels, bool accumulate) : IJob
    {
        public void Run(int item)
        {
            long start = starts[item] * step;
            int inside = Inside(start, rowsFrom, rowsTo) * channels;
            float* to = dx + (item * rowsFrom * channels);
            if (!accumulate) Clear(to, rowsFrom * channels);
            if (inside > 0) Simd.Map(new Simd.Copy(), dy + (item * rowsTo * channels), to + (start * channels), inside, accumulate);
        }
    }

    private readonly struct Reflect(float* x, float* y, int rowsFrom, int rowsTo, int channels) : IJob
    {
        public void Run(int item)
        {
            float* from = x + (item * rowsFrom * channels), to = y + (item * rowsTo * channels);
            Simd.Map(new Simd.Copy(), from, to, rowsFrom * channels);
            for (int row = rowsFrom; row < rowsTo; row++)
            {
                Simd.Map(new Simd.Copy(), from + (((2 * rowsFrom) - 2 - row) * channels), to + (row * channels), channels);
            }
        }
    }

    private readonly struct ReflectBack(float* dy, float* dx, int rowsFrom, int rowsTo, int channels, bool accumulate) : IJob
    {
        public void Run(int item)
        {
            float* from = dy + (item * rowsTo * channels), to = dx + (item * rowsFrom * channels);
            Simd.Map(new Simd.Copy(), from, to, rowsFrom * channels, accumulate);
            for (int row = rowsFrom; row < rowsTo; row++)
            {
                Simd.Map(new Simd.Copy(), from + (row * channels), to + (((2 * rowsFrom) - 2 - row) * channels), channels, accumulate: true);
            }
        }
    }
}
