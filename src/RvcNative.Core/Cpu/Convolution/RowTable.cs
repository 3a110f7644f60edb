namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Where the rows of some tiles read and write: for each tile, each tap and each of its rows a pointer to the input frame, or to zeros
/// where the tap falls outside. Taps at either end that no row of a tile meets are left out.
/// </summary>
internal unsafe ref struct RowTable
{
    private const int WidestTile = 32;
    private readonly TapMap _map;
    private readonly TapPhase _phase;
    private readonly float* _x, _y, _zeros, _sink;
    private readonly int _inChannels, _outChannels, _rows;
    private int _item, _row, _column;

    /// <param name="firstTile">The tile that the table starts at; rows are counted item by item, row by row, column by column.</param>
    /// <param name="rows">Rows of a tile-></param>
    internal RowTable(in TapSum sum, in TapPhase phase, int firstTile, int rows, ThreadScratch scratch)
    {
        (_map, _phase, _inChannels, _outChannels, _rows) = (sum.Map, phase, sum.InChannels, sum.OutChannels, rows);
        _x = sum.X;
        _y = sum.Y;
        _zeros = scratch.Zeros(_inChannels);
        _sink = scratch.Sink(_outChannels + WidestTile);
        int at = firstTile * rows, perItem = phase.Rows * _map.Period;
        _item = at / perItem;
        (_row, _column) = Math.DivRem(at % perItem, _map.Period);
    }

    /// <summary>Fills in the next tile's pointers for taps firstTap … firstTap + taps - 1 of the phase.</summary>
    internal void Next(int firstTap, int taps, float** table, RowTile* tile)
    {
        int inStep = _phase.InTapStep;
        long tapDelta = (long)inStep * _map.Period * _inChannels;
        int from = taps, to = 0;
        tile->Rows = 0;
        for (int r = 0; r < _rows; r++)
        {
            if (_item == _map.Batch)
            {
                for (int tap = 0; tap < taps; tap++) table[(tap * _rows) + r] = _zeros;
                tile->To[r] = (ulong)_sink;
                continue;
            }

            int row = (_row * _phase.InStep) + _phase.InFirst + (firstTap * inStep);
            float* first = _x + (((((long)_item * _map.InRows) + row) * _map.Period) + _column) * _inChannels;
            for (int tap = 0; tap < taps; tap++, row += inStep, first += tapDelta)
            {
                bool inside = (uint)row < (uint)_map.InRows;
                table[(tap * _rows) + r] = inside ? first : _zeros;
                if (!inside) continue;
                from = Math.Min(from, tap);
                to = Math.Max(to, tap + 1);
            }

            int frame = (((_item * _map.OutRows) + _phase.OutFirst + (_row * _phase.OutStep)) * _map.Period) + _column;
            tile->Frame[r] = frame;
            tile->To[r] = (ulong)(_y + ((long)frame * _outChannels));
            tile->Rows++;
            Step();
        }

        (tile->FirstTap, tile->Taps) = (Math.Min(from, to), Math.Max(0, to - from));
    }

    private void Step()
    {
        if (++_column < _map.Period) return;
        _column = 0;
        if (++_row < _phase.Rows) return;
        _row = 0;
        _item++;
    }
}

/// <summary>One tile of a <see cref="RowTable"/>.</summary>
internal unsafe struct RowTile
{
    private const int MostRows = 12;

    /// <summary>Rows that are there; the last tile may have fewer than the kernel computes.</summary>
    internal int Rows;

    /// <summary>First tap, counted from the table's first, that a row of the tile meets, and how many.</summary>
    internal int FirstTap, Taps;

    /// <summary>Each written row's frame over the whole batch.</summary>
    internal fixed int Frame[MostRows];

    /// <summary>Where each row is written: pointers to its first channel.</summary>
    internal fixed ulong To[MostRows];
}
