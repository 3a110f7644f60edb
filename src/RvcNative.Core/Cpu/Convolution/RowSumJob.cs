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

    /// <summary>The same where a caller pays for <see cref="ConvEpilogue.ShortSums"/>.</summary>
    private const int MostShortDepth = 48;

    /// <summary>Products of the stretches that are packed together: sums of one follow those of the other while their rows are in the first cache.</summary>
    private const int MostPackedDepth = 3 * MostDepth;

    /// <summary>Rows whose input stays in the second cache while the panels pass by.</summary>
    private const int BlockRows = 96;

    /// <summary>Weights that stay there as well.</summary>
    private const int MostPackedFloats = 1 << 16;
    private const int LeastRowsOfPart = 1024;

    /// <summary>Waking a thread takes about as long as so many products.</summary>
    private const int LeastProductsToShare = 1 << 18;

    private readonly TapSum _sum;
    private readonly WeightPanels<TKernel> _weights;
    private readonly int _inWidth, _mostDepth;
    private int _rowParts, _columnParts;

    internal RowSumJob(in TapSum sum)
    {
        _sum = sum;
        _weights = new WeightPanels<TKernel>(sum);
        _inWidth = sum.InChannels / sum.Groups;
        _mostDepth = sum.Epilogue.ShortSums ? MostShortDepth : MostDepth;
    }

    /// <summary>Splits the work into parts, enough for the threads; a sum's order never depends on it.</summary>
    internal int Split(int threads)
    {
        int rows = _sum.Map.OutFrames;
        int wanted = threads == 1 || (long)rows * _sum.Map.Kernel * _inWidth * _sum.OutChannels < LeastProductsToShare ? 1 : 4 * threads;
        int mostPanels = Math.Max(1, MostPackedFloats / (MostPackedDepth * TKernel.Columns)), atLeast = Ceiling(_weights.Count, mostPanels);
        _rowParts = Math.Clamp(rows / LeastRowsOfPart, 1, wanted);
        _columnParts = Math.Min(_weights.Count, Math.Max(atLeast, Ceiling(wanted, _rowParts)));
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
        int tiles = Ceiling(_sum.Map.Batch * phase.Frames, TKernel.Rows);
        int firstTile = (int)((long)tiles * rowPart / _rowParts), endTile = (int)((long)tiles * (rowPart + 1) / _rowParts);
        int pieces = Ceiling(_inWidth, _mostDepth), tapsAtOnce = pieces > 1 ? 1 : Math.Max(1, _mostDepth / _inWidth);
        int count = Math.Max(1, Ceiling(phase.Taps, tapsAtOnce) * pieces), atOnce = MostPackedDepth / Math.Min(_mostDepth, tapsAtOnce * _inWidth);
        Stretch* stretches = stackalloc Stretch[count];
        for (int i = 0; i < count; i++)
        {
            (int tap, int piece) = (i / pieces * tapsAtOnce, i % pieces);
            int channel = (int)((long)_inWidth * piece / pieces), end = (int)((long)_inWidth * (piece + 1) / pieces);
            stretches[i] = new Stretch { Tap = tap, Taps = Math.Min(tapsAtOnce, phase.Taps - tap), Channel = channel, Channels = end - channel };
        }

        for (int first = 0; first < count; first += atOnce)
        {
            int together = Math.Min(atOnce, count - first);
            Block block = new()
            {
                FirstPanel = firstPanel,
                Panels = panels,
                Stretches = stretches + first,
                Count = together,
                IsFirst = first == 0,
                IsLast = first + together == count,
            };
            Run(phase, block, firstTile, endTile);
        }
    }

    private readonly void Run(in TapPhase phase, in Block block, int firstTile, int endTile)
    {
        ThreadScratch scratch = ThreadScratch.Own;
        float* weights = Pack(phase, block, scratch);
        int tilesAtOnce = BlockRows / TKernel.Rows, pointers = block.Taps * TKernel.Rows;
        float** table = scratch.Table(tilesAtOnce * pointers);
        RowTile* tiles = scratch.Tiles(tilesAtOnce);
        RowTable rows = new(_sum, phase, firstTile, TKernel.Rows, scratch);
        for (int tile = firstTile; tile < endTile; tile += tilesAtOnce)
        {
            int count = Math.Min(tilesAtOnce, endTile - tile);
            for (int i = 0; i < count; i++) rows.Next(block.Tap, block.Taps, table + (i * pointers), tiles + i);
            float* b = weights;
            for (int panel = block.FirstPanel; panel < block.FirstPanel + block.Panels; panel++)
            {
                for (int stretch = 0; stretch < block.Count; b += block.Stretches[stretch++].Depth * TKernel.Columns)
                {
                    for (int i = 0; i < count; i++) Tile(block, stretch, panel, b, table + (i * pointers), tiles + i);
                }
            }
        }
    }

    private readonly float* Pack(in TapPhase phase, in Block block, ThreadScratch scratch)
    {
        float* weights = scratch.Weights((long)block.Panels * MostPackedDepth * TKernel.Columns), to = weights;
        for (int panel = 0; panel < block.Panels; panel++)
        {
            for (int i = 0; i < block.Count; i++)
            {
                Stretch stretch = block.Stretches[i];
                for (int tap = stretch.Tap; tap < stretch.Tap + stretch.Taps; tap++, to += stretch.Channels * TKernel.Columns)
                {
                    _weights.Pack(block.FirstPanel + panel, phase.WeightTap(tap), stretch.Channel, stretch.Channels, to);
                }
            }
        }

        return weights;
    }

    private readonly void Tile(in Block block, int stretch, int panel, float* b, float** rows, RowTile* tile)
    {
        Stretch of = block.Stretches[stretch];
        int column = _weights.FirstOut(panel), width = _weights.Width(panel), firstIn = _weights.FirstIn(panel) + of.Channel;
        int tap = of.Tap - block.Tap, from = Math.Max(tap, tile->FirstTap), taps = Math.Min(tap + of.Taps, tile->FirstTap + tile->Taps) - from;
        bool add = _sum.Accumulate || !block.IsFirst || stretch > 0;
        if (taps > 0 || !add)
        {
            rows += from * TKernel.Rows;
            b += (from - tap) * of.Channels * TKernel.Columns;
            float** to = (float**)tile->To;
            if (width == TKernel.Columns) TKernel.RowsTimesTaps(rows, taps, firstIn, of.Channels, b, to, column, add);
            else if (width == SixByFour.Columns) Six(of.Channels, rows, taps, b, to, firstIn, column, add);
            else Narrow(of.Channels, rows, taps, b, tile, firstIn, column, width, add);
        }

        if (!block.IsLast || stretch < block.Count - 1 || _sum.Epilogue.IsNothing) return;
        for (int r = 0; r < tile->Rows; r++) _sum.Epilogue.Apply((float*)tile->To[r] + column, tile->Frame[r], _sum.OutChannels, column, width);
    }

    private static void Six(int channels, float** rows, int taps, float* b, float** to, int first, int column, bool add)
    {
        for (int r = 0; r < TKernel.Rows; r += SixByFour.Rows)
        {
            SixByFour.RowsTimesTaps(rows + r, TKernel.Rows, taps, first, channels, b, TKernel.Columns, to + r, column, add);
        }
    }

    /// <summary>A panel that sticks out of its group: the tile goes to the stack and its columns that are there to their rows.</summary>
    private static void Narrow(int channels, float** rows, int taps, float* b, RowTile* tile, int first, int column, int width, bool add)
    {
        float* sums = stackalloc float[TKernel.Rows * TKernel.Columns];
        float** to = stackalloc float*[TKernel.Rows];
        for (int r = 0; r < TKernel.Rows; r++) to[r] = sums + (r * TKernel.Columns);
        TKernel.RowsTimesTaps(rows, taps, first, channels, b, to, 0, false);
        for (int r = 0; r < tile->Rows; r++)
        {
            float* y = (float*)tile->To[r] + column;
            for (int c = 0; c < width; c++) y[c] = add ? y[c] + to[r][c] : to[r][c];
        }
    }

    private static int Ceiling(int count, int each) => (count + each - 1) / each;

    /// <summary>Taps and channels (of each group) that are summed in registers in one go.</summary>
    private struct Stretch
    {
        internal int Tap, Taps, Channel, Channels;

        internal readonly int Depth => Taps * Channels;
    }

    /// <summary>Some panels and the stretches that are packed together.</summary>
    private struct Block
    {
        internal Stretch* Stretches;
        internal int FirstPanel, Panels, Count;
        internal bool IsFirst, IsLast;

        internal readonly int Tap => Stretches[0].Tap;

        internal readonly int Taps => Stretches[Count - 1].Tap + Stretches[Count - 1].Taps - Tap;
    }
}
