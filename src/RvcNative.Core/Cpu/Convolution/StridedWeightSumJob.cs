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
    private readonly bool _wholeItems;

    /// <param name="partials">Gives the memory for the chunks' sums.</param>
    internal StridedWeightSumJob(in WeightSums sums, float* dw, ThreadScratch partials, int threads)
    {
        _sums = sums;
        _wholeItems = sums.Stride == 1 || sums.Period == 1;
        (_sequences, _length) = _wholeItems ? (sums.Batch, sums.CoarseRows * sums.Period) : (sums.Batch * sums.Period, sums.CoarseRows);
        int rowFloats = sums.Transposed ? sums.Cin + (sums.Stride * sums.Cout) : sums.Cout + (sums.Stride * sums.Cin);
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
        // In whole items a row is a frame, and with a period taps are that many frames apart; otherwise it is a row of one column.
        int unit = _wholeItems ? _sums.Period : 1, shift = _sums.Shift(tap) * unit, column = _wholeItems ? 0 : sequence % _sums.Period;
        int item = _wholeItems ? sequence : sequence / _sums.Period, coarseStep = _wholeItems ? 1 : _sums.Period;
        (int first, int last) = WeightSums.Inside(shift, _sums.Stride, _length, _sums.FineRows * unit);
        (first, last) = (Math.Max(first, from), Math.Min(last, end));
        if (first >= last) return;
        long coarse = ((long)item * _sums.CoarseRows * _sums.Period) + column + ((long)first * coarseStep);
        long fine = ((long)item * _sums.FineRows * _sums.Period) + column + ((((long)first * _sums.Stride) + shift) * coarseStep);
        int fineStep = coarseStep * _sums.Stride;
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
}
