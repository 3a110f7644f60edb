namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// The weight gradient at stride 1 along whole items: a stretch of x's rows and one of dy's are packed once for all taps, a tap being an
/// offset into the packed rows of x. A part is a range of input channels and of taps.
/// </summary>
internal unsafe struct ShiftedWeightSumJob<TKernel> : IJob where TKernel : ITileKernel
{
    private const int LeastChannelsOfPart = 16, MostColumns = 512, LeastRows = 64, LeastChannels = 96, MostReach = 256;
    private readonly WeightSums _sums;
    private readonly float* _dw;
    private readonly bool _accumulate;
    private readonly int _channelParts, _tapParts, _span;

    internal ShiftedWeightSumJob(in WeightSums sums, float* dw, bool accumulate, int threads)
    {
        _sums = sums;
        _dw = dw;
        _accumulate = accumulate;
        _span = Reach(sums);
        int wanted = 4 * threads;
        _channelParts = threads == 1 ? 1 : Math.Clamp(sums.Cin / LeastChannelsOfPart, 1, wanted);
        _tapParts = threads == 1 ? 1 : Math.Clamp(((wanted - 1) / _channelParts) + 1, 1, sums.Kernel);
    }

    /// <summary>Whether packing pays: enough channels on both sides, several taps, and items much longer than the taps reach.</summary>
    internal static bool Serves(in WeightSums sums) => sums is { Groups: 1, Down: { Stride: 1, Kernel: > 1 }, IsDownOnly: true, Transposed: false, CoarseColumns: 1, Cout: <= MostColumns }
        && Math.Min(sums.Cin, sums.Cout) >= LeastChannels && sums.CoarseRows >= LeastRows
        && Reach(sums) <= MostReach;

    internal int Parts => _channelParts * _tapParts;

    private static int Depth => WeightSums.Depth<TKernel>();

    /// <summary>Rows from the first tap to the last.</summary>
    private static int Reach(in WeightSums sums) => (sums.Kernel - 1) * sums.Down.Dilation;

    public readonly void Run(int part)
    {
        (int channelPart, int tapPart) = Math.DivRem(part, _tapParts);
        int channel = (int)((long)_sums.Cin * channelPart / _channelParts), channels = (int)((long)_sums.Cin * (channelPart + 1) / _channelParts) - channel;
        int tap = _sums.Kernel * tapPart / _tapParts, endTap = _sums.Kernel * (tapPart + 1) / _tapParts;
        int panels = ((_sums.Cout - 1) / TKernel.Columns) + 1;
        TileSplit split = new(channels, TKernel.Rows);
        ThreadScratch scratch = ThreadScratch.Own;
        float* dy = scratch.Weights((long)Depth * panels * TKernel.Columns);
        float* x = scratch.Inputs((Depth + _span) * (channels + TKernel.Rows + 4));
        bool add = _accumulate;
        for (int item = 0; item < _sums.Batch; item++)
        {
            for (int row = 0; row < _sums.CoarseRows; row += Depth, add = true)
            {
                int rows = Math.Min(Depth, _sums.CoarseRows - row);
                float* from = _sums.Dy + ((((long)item * _sums.CoarseRows) + row) * _sums.Cout);
                for (int i = 0; i < rows; i++) WeightSums.Spread<TKernel>(from + ((long)i * _sums.Cout), _sums.Cout, rows, i, dy);
                PackX(item, row - _sums.Down.PadLeft, rows + _span, channel, split, x);
                for (int t = tap; t < endTap; t++) Tap(t, rows, channel, panels, split, x, dy, add);
            }
        }
    }

    private readonly void Tap(int tap, int rows, int channel, int panels, in TileSplit split, float* x, float* dy, bool add)
    {
        float* to = _dw + (((long)tap * _sums.Cin) + channel) * _sums.Cout;
        int shift = tap * _sums.Down.Dilation;
        for (int panel = 0; panel < panels; panel++)
        {
            int column = panel * TKernel.Columns, width = Math.Min(TKernel.Columns, _sums.Cout - column);
            float* b = dy + ((long)column * rows);
            for (int tile = 0; tile < split.Count; tile++)
            {
                int first = split.First(tile), height = split.Height(tile);
                WeightSums.Tile<TKernel>(height, split.Rows(tile), width, x + (first * (rows + _span)) + (shift * height), height, b, TKernel.Columns, rows,
                    to + ((long)first * _sums.Cout) + column, _sums.Cout, add);
            }
        }
    }

    /// <summary>As [tile][row][channel], with zeros for rows outside of the item and where a tile sticks out.</summary>
    private readonly void PackX(int item, int firstRow, int rows, int channel, in TileSplit split, float* to)
    {
        float* zeros = ThreadScratch.Own.Zeros(_sums.Cin);
        for (int i = 0; i < rows; i++)
        {
            bool inside = (uint)(firstRow + i) < (uint)_sums.FineRows;
            split.Spread(inside ? _sums.X + ((((long)item * _sums.FineRows) + firstRow + i) * _sums.Cin) + channel : zeros, rows, i, to);
        }
    }
}
