namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// The weight gradient of wide layers, whose rows are pages apart: the rows that a tap joins are listed, and their channels packed into
/// panels, dy for a long stretch of the list, x for the few channels whose sums stay in the second cache meanwhile. A part is a tap and
/// a range of output channels.
/// </summary>
internal unsafe struct PackedWeightSumJob<TKernel> : IJob where TKernel : ITileKernel
{
    /// <summary>Rows of the list, channels of x and columns of dy that are packed at once.</summary>
    private const int MostRows = 6 * 256, BlockChannels = 96, MostColumns = 512;
    private readonly WeightSums _sums;
    private readonly float* _dw;
    private readonly bool _accumulate;
    private readonly int _columnParts, _panels;

    internal PackedWeightSumJob(in WeightSums sums, float* dw, bool accumulate, int threads)
    {
        _sums = sums;
        _dw = dw;
        _accumulate = accumulate;
        _panels = ((sums.Cout - 1) / TKernel.Columns) + 1;
        int atLeast = ((sums.Cout - 1) / MostColumns) + 1, wanted = ((4 * threads) + sums.Kernel - 1) / sums.Kernel;
        _columnParts = threads == 1 ? atLeast : Math.Clamp(wanted, atLeast, Math.Max(atLeast, sums.Cout / 128));
    }

    internal int Parts => _sums.Kernel * _columnParts;

    private static int Depth => WeightSums.Depth<TKernel>();

    public readonly void Run(int part)
    {
        (int tap, int columnPart) = Math.DivRem(part, _columnParts);
        int column = (int)((long)_panels * columnPart / _columnParts) * TKernel.Columns;
        int columns = Math.Min(_sums.Cout, (int)((long)_panels * (columnPart + 1) / _columnParts) * TKernel.Columns) - column;
        float* to = _dw + ((long)tap * _sums.Cin * _sums.Cout) + column;
        ThreadScratch scratch = ThreadScratch.Own;
        float** rows = scratch.Table(2 * MostRows);
        RowPairs pairs = new(_sums, tap);
        bool add = _accumulate;
        for (int count; (count = pairs.Next(rows, rows + MostRows, MostRows)) > 0; add = true)
        {
            Stretch(rows, rows + MostRows, count, column, columns, to, add, scratch);
        }

        if (add) return;
        for (int ci = 0; ci < _sums.Cin; ci++) new Span<float>(to + ((long)ci * _sums.Cout), columns).Clear();
    }

    private readonly void Stretch(float** xRows, float** dyRows, int count, int column, int columns, float* to, bool add, ThreadScratch scratch)
    {
        // dy lies as [stretch of Depth rows][panel][row][column], x as [tile][row][channel].
        int panels = ((columns - 1) / TKernel.Columns) + 1, rowFloats = panels * TKernel.Columns;
        float* dy = scratch.Weights((long)count * rowFloats), x = scratch.Inputs(Depth * (BlockChannels + TKernel.Rows + 4));
        for (int row = 0; row < count; row++)
        {
            int first = row / Depth * Depth;
            WeightSums.Spread<TKernel>(dyRows[row] + column, columns, Math.Min(Depth, count - first), row - first, dy + ((long)first * rowFloats));
        }

        for (int ci = 0; ci < _sums.Cin; ci += BlockChannels)
        {
            TileSplit split = new(Math.Min(BlockChannels, _sums.Cin - ci), TKernel.Rows);
            for (int row = 0; row < count; row += Depth)
            {
                int rows = Math.Min(Depth, count - row);
                for (int i = 0; i < rows; i++) split.Spread(xRows[row + i] + ci, Depth, i, x);
                for (int panel = 0; panel < panels; panel++)
                {
                    float* b = dy + ((long)row * rowFloats) + ((long)panel * rows * TKernel.Columns);
                    int width = Math.Min(TKernel.Columns, columns - (panel * TKernel.Columns));
                    for (int tile = 0; tile < split.Count; tile++)
                    {
                        int first = split.First(tile), height = split.Height(tile);
                        WeightSums.Tile<TKernel>(height, split.Rows(tile), width, x + (first * Depth), height, b, TKernel.Columns, rows,
                            to + ((long)(ci + first) * _sums.Cout) + (panel * TKernel.Columns), _sums.Cout, add || row > 0);
                    }
                }
            }
        }
    }
}
