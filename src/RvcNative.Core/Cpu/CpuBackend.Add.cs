using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Add(Tensor a, Tensor b, Tensor? mask, Tensor y)
    {
        (int rows, int channels) = mask is null ? (y.Count, 1) : (mask.Count, y.Count / mask.Count);
        MapRows(new Simd.Sum(), Pointer(a), Pointer(b), TailOrNull(mask, y.Shape[0]), Pointer(y), rows, channels);
    }

    public override void AddBackward(Tensor dy, Tensor? mask, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0], rows = items * (mask is null ? 1 : mask.Shape[1]);
        MapRows(new Simd.Copy(), Tail(dy, items), TailOrNull(mask, items), Pointer(to), rows, to.Count / rows, dx.Accumulate);
    }

    public override void AddPerItem(Tensor x, Tensor c, Tensor y) =>
        ForRows(y.Shape[0] * y.Shape[1], y.Shape[2], new PerItemSum(Pointer(x), Pointer(c), Pointer(y), y.Shape[1], y.Shape[2]));

    public override void AddPerItemBackward(Tensor dy, Gradient dx, Gradient dc)
    {
        if (dx.Tensor is { } to) MapRows(new Simd.Copy(), Tail(dy, to.Shape[0]), null, Pointer(to), to.Count, 1, dx.Accumulate);
        if (dc.Tensor is not { } sums) return;
        int items = sums.Shape[0], frames = dy.Shape[1], channels = dy.Shape[2], blocks = (frames + SumRows - 1) / SumRows;
        float* partial = Scratch((long)items * blocks * channels);
        ForRows(items * blocks, SumRows * channels, new FrameSums(Tail(dy, items), partial, blocks, frames, channels));
        AddPartialSums(partial, items, blocks, channels, Pointer(sums), channels, dc.Accumulate);
    }

    public override void Average(IReadOnlyList<Tensor> xs, Tensor y)
    {
        float** terms = stackalloc float*[xs.Count];
        for (int index = 0; index < xs.Count; index++) terms[index] = Pointer(xs[index]);
        ForRows(y.Count, 1, new Mean(terms, xs.Count, Pointer(y)));
    }

    public override void ScaleBackward(Tensor dy, float scale, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        MapRows(new Simd.Scale(scale), Tail(dy, to.Shape[0]), null, Pointer(to), to.Count, 1, dx.Accumulate);
    }

    private readonly struct PerItemSum(float* x, float* c, float* y, int frames, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                Simd.Map(new Simd.Sum(), x + (row * channels), c + (row / frames * channels), y + (row * channels), channels);
            }
        }
    }

    /// <summary>Sums of blocks of frames; a row is a block.</summary>
    private readonly struct FrameSums(float* dy, float* partial, int blocks, int frames, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            for (int block = first; block < end; block++)
            {
                int item = block / blocks, frame = block % blocks * SumRows, last = Math.Min(frames, frame + SumRows);
                float* sum = partial + (block * channels);
                Clear(sum, channels);
                for (; frame < last; frame++) Simd.Map(new Simd.Copy(), dy + (((item * frames) + frame) * channels), sum, channels, accumulate: true);
            }
        }
    }

    private readonly struct Mean(float** terms, int count, float* y) : IRows
    {
        public void Run(int first, int end)
        {
            for (int index = first; index < end; index += Simd.Step)
            {
                Vector<float> sum = Simd.Load(terms[0] + index);
                for (int term = 1; term < count; term++) sum += Simd.Load(terms[term] + index);
                Simd.Store(sum / count, y + index, end - index);
            }
        }
    }
}
