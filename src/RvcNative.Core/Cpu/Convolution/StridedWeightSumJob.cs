namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// The weight gradient of narrow layers and of groups: rows are read where they lie, along sequences in which a tap's rows have a constant
/// step. Sequences are cut into blocks that stay in the second cache while all taps pass, and the blocks into chunks with sums of their own,
/// which are added up at the end; blocks and chunks depend on the shape alone.
/// </summary>
internal unsafe struct StridedWeightSumJob<TKernel> : IJob where TKernel : ITileKernel
{
    private const int BlockFloats = 1 << 16, MostChunkFloats = 1 << 20, LeastChunkRows = 512, MostChunks = 16, LeastProductsToShare = 1 << 18;
    private readonly WeightSums _sums;
    private readonly float* _to;
    private readonly int _sequences, _length, _blockRows, _blocksPerSequence, _splits;
    private readonly Course _course;

    /// <param name="partials">Gives the memory for the chunks' sums.</param>
    internal StridedWeightSumJob(in WeightSums sums, float* dw, ThreadScratch partials, int threads)
    {
        _sums = sums;
        _course = !sums.IsDownOnly ? Course.Rows : sums.Down.Stride == 1 || sums.CoarseColumns == 1 ? Course.Items : Course.Columns;
        (_sequences, _length) = _course switch
        {
            Course.Items => (sums.Batch, sums.CoarseRows * sums.CoarseColumns),
            Course.Columns => (sums.Batch * sums.CoarseColumns, sums.CoarseRows),
            _ => (sums.Batch * sums.CoarseRows, sums.CoarseColumns),
        };
        int stride = _course == Course.Rows ? sums.Across.Stride * sums.Down.Kernel : sums.Down.Stride;
        int rowFloats = sums.Transposed ? sums.Cin + (stride * sums.Cout) : sums.Cout + (stride * sums.Cin);
        _blockRows = Math.Min(_length, Math.Clamp(BlockFloats / rowFloats, 64, 512));
        _blocksPerSequence = (_length + _blockRows - 1) / _blockRows;
        long rows = (long)_sequences * _length;
        Chunks = (int)Math.Clamp(Math.Min(rows / LeastChunkRows, MostChunkFloats / sums.Count), 1, Math.Min(MostChunks, _sequences * _blocksPerSequence));
        _to = Chunks == 1 ? dw : partials.Partials(Chunks * sums.Count);
        _splits = rows * sums.Count < LeastProductsToShare ? 1 : Math.Clamp(4 * threads / Chunks, 1, sums.Kernel);
    }

    internal int Chunks { get; }

    internal float* Partials => _to;

    internal int Parts => Chunks * _splits;

    /// <summary>Whether a single chunk adds to what dw holds.</summary>
    internal bool Accumulate { get; init; }

    public readonly void Run(int part)
    {
        (int chunk, int split) = Math.DivRem(part, _splits);
        int firstTap = _sums.Kernel * split / _splits, endTap = _sums.Kernel * (split + 1) / _splits, tapFloats = _sums.CinPerGroup * _sums.Cout;
        float* to = _to + ((long)chunk * _sums.Count);
        if (!Accumulate || Chunks > 1) new Span<float>(to + ((long)firstTap * tapFloats), (endTap - firstTap) * tapFloats).Clear();
        long blocks = (long)_sequences * _blocksPerSequence;
        int endBlock = (int)(blocks * (chunk + 1) / Chunks);
        for (int block = (int)(blocks * chunk / Chunks); block < endBlock; block++)
        {
            (int sequence, int piece) = Math.DivRem(block, _blocksPerSequence);
            int from = piece * _blockRows, end = Math.Min(from + _blockRows, _length);
            for (int tap = firstTap; tap < endTap; tap++) Tap(sequence, from, end, tap, to + ((long)tap * tapFloats));
        }
    }

    /// <summary>Adds what rows from … end - 1 of a sequence give for a tap.</summary>
    private readonly void Tap(int sequence, int from, int end, int tap, float* to)
    {
        (int down, int across) = Math.DivRem(tap, _sums.Across.Kernel);
        int shift = WeightSums.Shift(_sums.Down, down), columns = _sums.CoarseColumns, stride = _sums.Down.Stride, coarseStep = 1;
        int fineLength = _sums.FineRows * columns;
        long coarse = (long)sequence * _length, fine = (long)sequence * fineLength;
        switch (_course)
        {
            case Course.Items:          // taps are rows apart, and with stride 1 rows and columns are one axis
                shift *= columns;
                break;
            case Course.Columns:
                (int item, int column) = Math.DivRem(sequence, columns);
                (coarse, fine) = (((long)item * _sums.CoarseRows * columns) + column, ((long)item * fineLength) + column);
                (fineLength, coarseStep) = (_sums.FineRows, columns);
                break;
            default:
                (int picture, int row) = Math.DivRem(sequence, _sums.CoarseRows);
                int fineRow = (row * stride) + shift;
                if ((uint)fineRow >= (uint)_sums.FineRows) return;
                fine = (((long)picture * _sums.FineRows) + fineRow) * _sums.FineColumns;
                (shift, stride, fineLength) = (WeightSums.Shift(_sums.Across, across), _sums.Across.Stride, _sums.FineColumns);
                break;
        }

        (int first, int last) = WeightSums.Inside(shift, stride, _length, fineLength);
        (first, last) = (Math.Max(first, from), Math.Min(last, end));
        if (first >= last) return;
        coarse += (long)first * coarseStep;
        fine += (((long)first * stride) + shift) * coarseStep;
        int fineStep = coarseStep * stride;
        (long xFrame, long dyFrame, int xStep, int dyStep) = _sums.Transposed ? (coarse, fine, coarseStep, fineStep) : (fine, coarse, fineStep, coarseStep);
        float* x = _sums.X + (xFrame * _sums.Cin), dy = _sums.Dy + (dyFrame * _sums.Cout);
        TileSplit split = new(_sums.CinPerGroup, TKernel.Rows);
        for (int group = 0; group < _sums.Groups; group++)
        {
            for (int co = 0; co < _sums.CoutPerGroup; co += TKernel.Columns)
            {
                int channel = (group * _sums.CoutPerGroup) + co, width = Math.Min(TKernel.Columns, _sums.CoutPerGroup - co);
                for (int tile = 0; tile < split.Count; tile++)
                {
                    int ci = split.First(tile);
                    WeightSums.Tile<TKernel>(split.Height(tile), split.Rows(tile), width, x + (group * _sums.CinPerGroup) + ci, xStep * (nint)_sums.Cin,
                        dy + channel, dyStep * (nint)_sums.Cout, last - first, to + ((long)ci * _sums.Cout) + channel, _sums.Cout, true);
                }
            }
        }
    }

    /// <summary>Along what a tap's frames have a constant step.</summary>
    private enum Course
    {
        /// <summary>A whole item: taps go down, at stride 1 or in a single column.</summary>
        Items,

        /// <summary>One column of a picture: taps go down.</summary>
        Columns,

        /// <summary>One row of a picture: taps go across.</summary>
        Rows,
    }
}
