namespace RvcNative.Core.Cpu;

/// <summary>How an op over rows is split: by blocks of whole rows, so that the number of threads does not touch any sum.</summary>
public sealed unsafe partial class CpuBackend
{
    private const int PartElements = 16384;
    private const int SumRows = 32;
    private CpuStorage? _scratch;

    /// <summary>Work on rows first … end - 1 that no other rows depend on.</summary>
    private interface IRows
    {
        void Run(int first, int end);
    }

    private void ForRows<TRows>(int rows, int width, TRows work) where TRows : unmanaged, IRows
    {
        int height = Math.Max(1, PartElements / width);
        RowBlocks<TRows> job = new(work, rows, height);
        _pool.For((rows + height - 1) / height, ref job);
    }

    /// <summary>y = or += op(x) in rows where the mask is 1, or in all without a mask; y = 0, or unchanged, in the others.</summary>
    private void MapRows<TOp>(TOp op, float* x, float* mask, float* y, int rows, int channels, bool accumulate = false)
        where TOp : unmanaged, IUnaryOp
    {
        if (mask == null) ForRows(rows * channels, 1, new FlatMap<TOp>(op, x, y, accumulate));
        else ForRows(rows, channels, new MaskedMap<TOp>(op, x, mask, y, channels, accumulate));
    }

    /// <summary>y = or += op(a, b), likewise.</summary>
    private void MapRows<TOp>(TOp op, float* a, float* b, float* mask, float* y, int rows, int channels, bool accumulate = false)
        where TOp : unmanaged, IBinaryOp
    {
        if (mask == null) ForRows(rows * channels, 1, new FlatMap2<TOp>(op, a, b, y, accumulate));
        else ForRows(rows, channels, new MaskedMap2<TOp>(op, a, b, mask, y, channels, accumulate));
    }

    /// <summary>
    /// First element of the tensor's last batch items. A gradient may hold only the last items of its tensor's batch
    /// (<see cref="Tensor.GradientFrom"/>); an op's backward aligns all tensors at their ends.
    /// </summary>
    private static float* Tail(Tensor tensor, int items) => Pointer(tensor) + ((long)(tensor.Shape[0] - items) * (tensor.Count / tensor.Shape[0]));

    private static float* TailOrNull(Tensor? tensor, int items) => tensor is null ? null : Tail(tensor, items);

    /// <summary>A gradient [b,T,C] of the last b items of a batch, addressed as if it had them all.</summary>
    private readonly struct ItemGradient
    {
        private readonly int _from;

        /// <param name="items">Items of the batch.</param>
        internal ItemGradient(Gradient gradient, int items)
        {
            (_from, Accumulate) = (items, gradient.Accumulate);
            if (gradient.Tensor is not { } tensor) return;
            _from = items - tensor.Shape[0];
            First = Pointer(tensor) - ((long)_from * (tensor.Count / tensor.Shape[0]));
        }

        /// <summary>Where the first item would be.</summary>
        public float* First { get; }

        public bool Accumulate { get; }

        public bool Wants(int item) => item >= _from;
    }

    private static void Clear(float* y, int count) => new Span<float>(y, count).Clear();

    /// <summary>Memory for an op's partial sums, kept for the next op; nothing in it outlives the call.</summary>
    private float* Scratch(long count)
    {
        if (_scratch is null || _scratch.Bytes < count * sizeof(float))
        {
            _scratch?.Dispose();
            _scratch = new CpuStorage(count * sizeof(float));
        }

        return (float*)_scratch.Pointer;
    }

    /// <summary>
    /// Second half of a sum over frames: partial sums [groups,blocks,width] of <see cref="SumRows"/> rows each are added in double and in order.
    /// y[group] = or += the group's sum; y's rows are <paramref name="stride"/> apart.
    /// </summary>
    private void AddPartialSums(float* partial, int groups, int blocks, int width, float* y, int stride, bool accumulate) =>
        ForRows(groups, blocks * width, new PartialSums(partial, blocks, width, y, stride, accumulate));

    private readonly struct RowBlocks<TRows>(TRows work, int rows, int height) : IJob where TRows : unmanaged, IRows
    {
        public void Run(int part) => work.Run(part * height, Math.Min(rows, (part + 1) * height));
    }

    private readonly struct FlatMap<TOp>(TOp op, float* x, float* y, bool accumulate) : IRows where TOp : unmanaged, IUnaryOp
    {
        public void Run(int first, int end) => Simd.Map(op, x + first, y + first, end - first, accumulate);
    }

    private readonly struct FlatMap2<TOp>(TOp op, float* a, float* b, float* y, bool accumulate) : IRows where TOp : unmanaged, IBinaryOp
    {
        public void Run(int first, int end) => Simd.Map(op, a + first, b + first, y + first, end - first, accumulate);
    }

    private readonly struct MaskedMap<TOp>(TOp op, float* x, float* mask, float* y, int channels, bool accumulate) : IRows
        where TOp : unmanaged, IUnaryOp
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                int at = row * channels;
                if (mask[row] != 0) Simd.Map(op, x + at, y + at, channels, accumulate);
                else if (!accumulate) Clear(y + at, channels);
            }
        }
    }

    private readonly struct MaskedMap2<TOp>(TOp op, float* a, float* b, float* mask, float* y, int channels, bool accumulate) : IRows
        where TOp : unmanaged, IBinaryOp
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                int at = row * channels;
                if (mask[row] != 0) Simd.Map(op, a + at, b + at, y + at, channels, accumulate);
                else if (!accumulate) Clear(y + at, channels);
            }
        }
    }

    private readonly struct PartialSums(float* partial, int blocks, int width, float* y, int stride, bool accumulate) : IRows
    {
        public void Run(int first, int end)
        {
            for (int group = first; group < end; group++)
            {
                float* from = partial + (group * blocks * width), to = y + (group * stride);
                for (int column = 0; column < width; column++)
                {
                    double sum = accumulate ? to[column] : 0;
                    for (int block = 0; block < blocks; block++) sum += from[(block * width) + column];
                    to[column] = (float)sum;
                }
            }
        }
    }
}
