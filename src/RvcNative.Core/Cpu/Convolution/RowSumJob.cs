namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Rows times taps: each written row is a sum over taps of an input row times the tap's weights. Forward and data gradient are both
/// this, of either direction (<see cref="TapMap"/>). A part is a range of rows, and of panels where rows are few.
/// </summary>
internal unsafe struct RowSumJob<TKernel> : IJob where TKernel : ITileKernel
{
    /// <summary>
    /// Products of one stretch in registers; stretches are added up in memory. 384 would fill the first cache, but the error of a sum grows with its
    /// stretches: 128 takes it below PyTorch's own, and fewer leaky ReLUs see a wrong sign.
    /// </summary>
    internal const int MostDepth = 128;

    /// <summary>The same where a caller pays for <see cref="ConvEpilogue.ShortSums"/>.</summary>
    private const int MostShortDepth = 48;

    /// <summary>Floats of the input that stay in the second cache while the panels pass by, and rows that pay for fetching the panels.</summary>
    private const int BlockFloats = 1 << 17, LeastBlockRows = 320, MostBlockRows = 384;

    /// <summary>Waking a thread takes about as long as so many products.</summary>
    private const int LeastProductsToShare = 1 << 18;

    /// <summary>Products of a part at most, some 3 ms: of few long parts one thread may get three where the other, held up once, gets one.</summary>
    private const int MostProductsOfPart = 1 << 28;

    private readonly TapSum _sum;
    private readonly WeightPanels<TKernel> _panels;
    private readonly float* _packed;
    private readonly long _panelFloats;
    private readonly int _inWidth, _mostDepth, _blockRows;
    private int _rowParts, _columnParts;

    /// <param name="scratch">Has room for the packed weights, which <see cref="PackWeights"/> fills before the job runs.</param>
    internal RowSumJob(in TapSum sum, ThreadScratch scratch)
    {
        _sum = sum;
        _panels = new WeightPanels<TKernel>(sum);
        _inWidth = sum.InChannels / sum.Groups;
        _mostDepth = sum.Epilogue.ShortSums ? MostShortDepth : MostDepth;
        _panelFloats = PackWeightsJob<TKernel>.PanelFloatsOf(sum);
        _packed = scratch.AllWeights(_panels.Count * _panelFloats);
        long floatsOfRow = Math.Max(1, (long)sum.Map.InFrames * sum.InChannels / sum.Map.OutFrames);
        _blockRows = (int)Math.Clamp(BlockFloats / floatsOfRow, LeastBlockRows, MostBlockRows);
    }

    /// <summary>What must run before this.</summary>
    internal readonly PackWeightsJob<TKernel> PackWeights => new(_sum, _panels, _mostDepth, _packed);

    /// <summary>Splits the work into parts, enough for the threads; a sum's order never depends on it.</summary>
    internal int Split(int threads)
    {
        int rows = _sum.Map.OutFrames;
        long products = (long)rows * _sum.Map.Kernel * _inWidth * _sum.OutChannels;
        bool shared = threads > 1 && products >= LeastProductsToShare;
        _rowParts = TileSplit.Ceiling(rows, _blockRows);
        if (shared && _rowParts > 1) _rowParts = TileSplit.Ceiling(_rowParts, threads) * threads;
        _columnParts = shared ? Math.Min(_panels.Count, TileSplit.Ceiling(Math.Max(2 * threads, (int)(products / MostProductsOfPart)), _rowParts)) : 1;
        return _rowParts * _columnParts;
    }

    public readonly void Run(int part)
    {
        (int rowPart, int columnPart) = Math.DivRem(part, _columnParts);
        int firstPanel = (int)((long)_panels.Count * columnPart / _columnParts), endPanel = (int)((long)_panels.Count * (columnPart + 1) / _columnParts);
        float* packed = _packed;
        for (int number = 0; number < _sum.Map.Phases; number++)
        {
            TapPhase phase = _sum.Map.Phase(number);
            Run(phase, packed, rowPart, firstPanel, endPanel);
            packed += (long)phase.Taps * _inWidth * TKernel.Columns;
        }
    }

    private readonly void Run(in TapPhase phase, float* packed, int rowPart, int firstPanel, int endPanel)
    {
        int tiles = TileSplit.Ceiling(_sum.Map.Batch * phase.Frames, TKernel.Rows);
        int firstTile = (int)((long)tiles * rowPart / _rowParts), endTile = (int)((long)tiles * (rowPart + 1) / _rowParts);
        if (firstTile == endTile) return;
        ThreadScratch scratch = ThreadScratch.Own;
        int tilesAtOnce = TileSplit.Ceiling(_blockRows, TKernel.Rows), pointers = phase.Taps * TKernel.Rows;
        float** table = scratch.Table(tilesAtOnce * pointers);
        RowTile* rowTiles = scratch.Tiles(tilesAtOnce);
        RowTable rows = new(_sum, phase, firstTile, TKernel.Rows, scratch);
        RowSumBlock<TKernel> block = new()
        {
            Panels = _panels,
            Epilogue = _sum.Epilogue,
            OutChannels = _sum.OutChannels,
            Taps = phase.Taps,
            InWidth = _inWidth,
            MostDepth = _mostDepth,
            Accumulate = _sum.Accumulate,
        };
        for (int tile = firstTile; tile < endTile; tile += tilesAtOnce)
        {
            int count = Math.Min(tilesAtOnce, endTile - tile);
            for (int i = 0; i < count; i++) rows.Next(table + (i * pointers), rowTiles + i);
            block.Run(packed, _panelFloats, firstPanel, endPanel, table, rowTiles, count);
        }
    }
}
