namespace RvcNative.Core.Cpu.Convolution;

/// <summary>Lists the rows of x and dy that a tap joins, item by item, row by row, column by column; those with padding are left out.</summary>
internal unsafe ref struct RowPairs
{
    private readonly WeightSums _sums;
    private readonly int _shift, _first, _end;
    private int _item, _row, _column;

    internal RowPairs(in WeightSums sums, int tap)
    {
        _sums = sums;
        _shift = sums.Shift(tap);
        (_first, _end) = WeightSums.Inside(_shift, sums.Stride, sums.CoarseRows, sums.FineRows);
        _row = _first;
    }

    /// <summary>The next pairs; as many as asked for unless these are the last.</summary>
    internal int Next(float** xRows, float** dyRows, int most)
    {
        int count = 0;
        for (; _item < _sums.Batch && _first < _end; _item++, _row = _first)
        {
            for (; _row < _end; _row++, _column = 0)
            {
                long coarse = ((((long)_item * _sums.CoarseRows) + _row) * _sums.Period) + _column;
                long fine = ((((long)_item * _sums.FineRows) + (_row * _sums.Stride) + _shift) * _sums.Period) + _column;
                for (; _column < _sums.Period; _column++, count++, coarse++, fine++)
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
