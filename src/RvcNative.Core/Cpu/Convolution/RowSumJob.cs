namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Rows times taps: each written row is a sum over taps of an input row times the tap's weights. Forward and data gradient are both
/// this, of either direction (<see cref="TapMap"/>), as a blocked matrix product (Goto and van de Geijn 2008) whose left side is never
/// laid out: weights are packed in blocks that stay in the second cache, and a tile's rows are read where they lie.
/// </summary>
internal unsafe struct RowSumJob<TKernel> : IJob where TKernel : ITileKernel
{
    /// <summary>
    /// Products of one stretch in registers; stretches are added up in memory. 384 would fill the first cache, but the error of a sum grows with its
    /// stretches: 128 takes it below PyTorch's own, and fewer leaky ReLUs see a wrong sign.
    /// </summary>
    private const int MostDepth = 128;

    /// <summary>Rows whose input stays in the second cache while the panels pass by.</summary>
    private const int BlockRows = 96;
    private const int MostPackedFloats = 1 << 18;
    private const int LeastRowsOfPart = 1024;

    /// <summary>Waking a thread takes about as long as so many products.</summary>
    private const int LeastProductsToShare = 1 << 18;

    private readonly TapSum _sum;
    private readonly WeightPanels<TKernel> _weights;
    private readonly int _inWidth;
    private int _rowParts, _columnParts;

    internal RowSumJob(in TapSum sum)
    {
        _sum = sum;
        _weights = new WeightPanels<TKernel>(sum);
        _inWidth = sum.InChannels / sum.Groups;
    }

    /// <summary>Splits the work into parts, enough for the threads; a sum's order never depends on it.</summary>
    internal int Split(int threads)
    {
        int rows = _sum.Map.OutFrames;
        int wanted = threads == 1 || (long)rows * _sum.Map.Kernel * _inWidth * _sum.OutChannels < LeastProductsToShare ? 1 : 4 * threads;
        int mostPanels = Math.Max(1, MostPackedFloats / (MostDepth * TKernel.Columns));
        _rowParts = Math.Clamp(rows / LeastRowsOfPart, 1, wanted);
        _columnParts = Math.Min(_weights.Count, Math.Max((wanted + _rowParts - 1) / _rowParts, (_weights.Count + mostPanels - 1) / mostPanels));
        return _rowParts * _columnParts;
    }

    public readonly void Run(int part)
    {
        (int rowPart, int columnPart) = Math.DivRem(part, _columnParts);
        int firstPanel = (int)((long)_weights.Count * columnPart / _columnParts), endPanel = (int)((long)_weights.Count * (columnPart + 1) / _columnParts);
        for (int phase = 0; phase < _sum.Map.Phases; phase++) Run(_sum.Map.Phase(phase), rowPart, firstPanel, endPanel - firstPanel);
    }

    private readonly void Run(in TapPhase phase, int rowPart, int firstPanel, int panels)
    {
        int tiles = (((_sum.Map.Batch * phase.Rows * _sum.Map.Period) - 1) / TKernel.Rows) + 1;
        int firstTile = (int)((long)tiles * rowPart / _rowParts), endTile = (int)((long)tiles * (rowPart + 1) / _rowParts);
        int pieces = ((_inWidth - 1) / MostDepth) + 1, tapsAtOnce = pieces > 1 ? 1 : Math.Max(1, MostDepth / _inWidth);
        Block block = new() { FirstPanel = firstPanel, Panels = panels };
        int tap = 0;
        do
        {
            (block.Tap, block.Taps) = (tap, Math.Min(tapsAtOnce, phase.Taps - tap));
            tap += tapsAtOnce;
            for (int piece = 0; piece < pieces; piece++)
            {
                block.Channel = (int)((long)_inWidth * piece / pieces);
                block.Channels = (int)((long)_inWidth * (piece + 1) / pieces) - block.Channel;
                block.IsFirst = block.Tap == 0 && piece == 0;
                block.IsLast = tap >= phase.Taps && piece == pieces - 1;
                Run(phase, block, firstTile, endTile);
            }
        }
        while (tap < phase.Taps);
    }

    private readonly void Run(in TapPhase phase, in Block block, int firstTile, int endTile)
    {
        ThreadScratch scratch = ThreadScratch.Own;
        float* weights = Pack(phase, block, scratch);
        int tilesAtOnce = BlockRows / TKernel.Rows;
        float** table = scratch.Table(tilesAtOnce * block.Taps * TKernel.Rows);
        RowTile* tiles = scratch.Tiles(tilesAtOnce);
        RowTable rows = new(_sum, phase, firstTile, TKernel.Rows, scratch);
        for (int tile = firstTile; tile < endTile; tile += tilesAtOnce)
        {
            int count = Math.Min(tilesAtOnce, endTile - tile);
            for (int i = 0; i < count; i++) rows.Next(block.Tap, block.Taps, table + (i * block.Taps * TKernel.Rows), tiles + i);
            for (int panel = 0; panel < block.Panels; panel++)
            {
                float* b = weights + ((long)panel * block.Taps * block.Channels * TKernel.Columns);
                for (int i = 0; i < count; i++) Tile(block, block.FirstPanel + panel, b, table + (i * block.Taps * TKernel.Rows), tiles + i);
            }
        }
    }

    private readonly float* Pack(in TapPhase phase, in Block block, ThreadScratch scratch)
    {
        int tapFloats = block.Channels * TKernel.Columns;
        float* weights = scratch.Weights((long)block.Panels * block.Taps * tapFloats), to = weights;
        for (int panel = 0; panel < block.Panels; panel++)
        {
            for (int tap = 0; tap < block.Taps; tap++, to += tapFloats)
            {
                _weights.Pack(block.FirstPanel + panel, phase.TapFirst + ((block.Tap + tap) * phase.TapStep), block.Channel, block.Channels, to);
            }
        }

        return weights;
    }

    private readonly void Tile(in Block block, int panel, float* b, float** rows, RowTile* tile)
    {
        int column = _weights.FirstOut(panel), width = _weights.Width(panel), first = _weights.FirstIn(panel) + block.Channel;
        bool add = _sum.Accumulate || !block.IsFirst;
        if (tile->Taps > 0 || !add)
        {
            rows += tile->FirstTap * TKernel.Rows;
            b += (long)tile->FirstTap * block.Channels * TKernel.Columns;
            if (width == TKernel.Columns) TKernel.RowsTimesTaps(rows, tile->Taps, first, block.Channels, b, (float**)tile->To, column, add);
            else Narrow(block, rows, b, tile, first, column, width, add);
        }

        if (!block.IsLast || _sum.Epilogue.IsNothing) return;
        for (int r = 0; r < tile->Rows; r++) _sum.Epilogue.Apply((float*)tile->To[r] + column, tile->Frame[r], _sum.OutChannels, column, width);
    }

    /// <summary>A panel that sticks out of its group: the tile goes to the stack and its columns that are there to their rows.</summary>
    private static void Narrow(in Block block, float** rows, float* b, RowTile* tile, int first, int column, int width, bool add)
    {
        float* sums = stackalloc float[TKernel.Rows * TKernel.Columns];
        float** to = stackalloc float*[TKernel.Rows];
        for (int r = 0; r < TKernel.Rows; r++) to[r] = sums + (r * TKernel.Columns);
        TKernel.RowsTimesTaps(rows, tile->Taps, first, block.Channels, b, to, 0, false);
        for (int r = 0; r < tile->Rows; r++)
        {
            float* y = (float*)tile->To[r] + column;
            for (int c = 0; c < width; c++) y[c] = add ? y[c] + to[r][c] : to[r][c];
        }
    }

    /// <summary>Some panels and the taps and channels (of each group) that are summed in one go.</summary>
    private struct Block
    {
        internal int FirstPanel, Panels, Tap, Taps, Channel, Channels;
        internal bool IsFirst, IsLast;
    }
}
