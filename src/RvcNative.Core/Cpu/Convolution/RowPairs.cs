namespace RvcNative.Core.Cpu.Convolution;

/// <summary>Lists the rows of x and dy that a tap joins, item by item, row by row, column by column; those with padding are left out.</summary>
internal unsafe ref struct RowPairs
{
    private readonly WeightSums _sums;
    private readonly int _shift, _acrossShift, _first, _end, _firstColumn, _endColumn;
    private int _item, _row, _column;

    internal RowPairs(in WeightSums sums, int tap)
    {
        _sums = sums;
        (int down, int across) = Math.DivRem(tap, sums.Across.Kernel);
        (_shift, _acrossShift) = (WeightSums.Shift(sums.Down, down), WeightSums.Shift(sums.Across, across));
        (_first, _end) = WeightSums.Inside(_shift, sums.Down.Stride, sums.CoarseRows, sums.FineRows);
        (_firstColumn, _endColumn) = WeightSums.Inside(_acrossShift, sums.Across.Stride, sums.CoarseColumns, sums.FineColumns);
        (_row, _column) = (_first, _firstColumn);
    }

    /// <summary>The next pairs; as many as asked for unless these are the last.</summary>
    internal int Next(float** xRows, float** dyRows, int most)
    {
        int count = 0, step = _sums.Across.Stride;
        for (; _item < _sums.Batch && _first < _end; _item++, _row = _first)
        {
            for (; _row < _end; _row++, _column = _firstColumn)
            {
                long coarse = ((((long)_item * _sums.CoarseRows) + _row) * _sums.CoarseColumns) + _column;
                long fine = ((((long)_item * _sums.FineRows) + (_row * _sums.Down.Stride) + _shift) * _sums.FineColumns) + (_column * step) + _acrossShift;
                for (; _column < _endColumn; _column++, count++, coarse++, fine += step)
                {
                    if (count == most) return count;
                    xRows[count] = _sums.X + ((_sums.Transposed ? coarse : fine) * _sums.Cin);
                    dyRows[count] = _sums.Dy + ((_sums.Transposed ? fine : coarse) * _sums.Cout);
                }
            }
        }

        return count;
    }
}
