using System.Runtime.CompilerServices;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Where the rows of some tiles read and write: for each tile, each tap and each of its rows a pointer to the input frame, or to zeros
/// where the tap falls outside. Taps at either end that no row of a tile meets are left out.
/// </summary>
internal unsafe ref struct RowTable
{
    private const int WidestTile = 64;
    private readonly TapMap _map;
    private readonly TapPhase _phase;
    private readonly float* _x, _y, _zeros, _sink;
    private readonly int _inChannels, _outChannels, _rows;
    private int _item, _row, _column;

    /// <param name="firstTile">The tile that the table starts at; rows are counted item by item, row by row, column by column.</param>
    /// <param name="rows">Rows of a tile.</param>
    internal RowTable(in TapSum sum, in TapPhase phase, int firstTile, int rows, ThreadScratch scratch)
    {
        (_map, _phase, _inChannels, _outChannels, _rows) = (sum.Map, phase, sum.InChannels, sum.OutChannels, rows);
        _x = sum.X;
        _y = sum.Y;
        _zeros = scratch.Zeros(_inChannels);
        _sink = scratch.Sink(_outChannels + WidestTile);
        int at = firstTile * rows, perItem = phase.Frames;
        _item = at / perItem;
        (_row, _column) = Math.DivRem(at % perItem, phase.Across.Places);
    }

    /// <summary>Fills in the next tile's pointers for all taps of the phase.</summary>
    internal void Next(float** table, RowTile* tile)
    {
        int taps = _phase.Taps;
        (AxisPhase down, AxisPhase across) = (_phase.Down, _phase.Across);
        if (IsInside(down, across))
        {
            NextInside(down, across, table, tile);
            return;
        }

        int width = _map.Across.In, from = taps, to = 0;
        long acrossDelta = (long)across.InTapStep * _inChannels, downDelta = (long)down.InTapStep * width * _inChannels;
        tile->Rows = 0;
        for (int r = 0; r < _rows; r++, table++)
        {
            if (_item == _map.Batch)
            {
                for (int tap = 0; tap < taps; tap++) table[tap * _rows] = _zeros;
                tile->To[r] = (ulong)_sink;
                continue;
            }

            int row = (_row * down.InStep) + down.InFirst, column = (_column * across.InStep) + across.InFirst;
            float* first = _x + (((((long)_item * _map.Down.In) + row) * width) + column) * _inChannels;
            if (across.Taps == 1)
            {
                int rows = (uint)column < (uint)width ? _map.Down.In : 0;
                Line(table, 0, taps, first, downDelta, row, down.InTapStep, rows, ref from, ref to);
            }
            else
            {
                float* line = first;
                for (int tap = 0, lineRow = row; tap < taps; tap += across.Taps, line += downDelta, lineRow += down.InTapStep)
                {
                    int columns = (uint)lineRow < (uint)_map.Down.In ? width : 0;
                    Line(table, tap, across.Taps, line, acrossDelta, column, across.InTapStep, columns, ref from, ref to);
                }
            }

            int outRow = down.OutFirst + (_row * down.OutStep), outColumn = across.OutFirst + (_column * across.OutStep);
            int frame = (((_item * _map.Down.Out) + outRow) * _map.Across.Out) + outColumn;
            tile->Frame[r] = frame;
            tile->To[r] = (ulong)(_y + ((long)frame * _outChannels));
            tile->Rows++;
            Step();
        }

        (tile->FirstTap, tile->Taps) = (Math.Min(from, to), Math.Max(0, to - from));
    }

    /// <summary>Whether the next tile's rows lie in one row of a picture and every tap of theirs inside of it, which is so for nearly all of a large one.</summary>
    private readonly bool IsInside(in AxisPhase down, in AxisPhase across)
    {
        if (across.Taps <= 1 || down.Taps == 0 || _item == _map.Batch || _column + _rows > across.Places) return false;
        int row = (_row * down.InStep) + down.InFirst, last = row + ((down.Taps - 1) * down.InTapStep);
        int column = (_column * across.InStep) + across.InFirst, reach = (across.Taps - 1) * across.InTapStep, end = column + ((_rows - 1) * across.InStep);
        return (uint)row < (uint)_map.Down.In && (uint)last < (uint)_map.Down.In
            && (uint)Math.Min(column, column + reach) < (uint)_map.Across.In && (uint)Math.Max(end, end + reach) < (uint)_map.Across.In;
    }

    /// <summary>Such a tile: no pointer is looked at, for all are a step apart.</summary>
    private void NextInside(in AxisPhase down, in AxisPhase across, float** table, RowTile* tile)
    {
        int row = (_row * down.InStep) + down.InFirst, column = (_column * across.InStep) + across.InFirst, width = _map.Across.In;
        long step = (long)across.InStep * _inChannels, acrossDelta = (long)across.InTapStep * _inChannels, downDelta = (long)down.InTapStep * width * _inChannels;
        float* line = _x + (((((long)_item * _map.Down.In) + row) * width) + column) * _inChannels;
        for (int i = 0; i < down.Taps; i++, line += downDelta)
        {
            float* first = line;
            for (int k = 0; k < across.Taps; k++, first += acrossDelta)
            {
                float* at = first;
                for (int r = 0; r < _rows; r++, at += step) *table++ = at;
            }
        }

        int outRow = down.OutFirst + (_row * down.OutStep);
        int frame = (((_item * _map.Down.Out) + outRow) * _map.Across.Out) + across.OutFirst + (_column * across.OutStep);
        for (int r = 0; r < _rows; r++, frame += across.OutStep)
        {
            tile->Frame[r] = frame;
            tile->To[r] = (ulong)(_y + ((long)frame * _outChannels));
        }

        (tile->Rows, tile->FirstTap, tile->Taps) = (_rows, 0, _phase.Taps);
        _column += _rows - 1;
        Step();
    }

    /// <summary>Pointers of one row for taps along one axis, of which the first reads place <paramref name="at"/> of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Line(float** table, int tap, int count, float* first, long delta, int at, int step, int places, ref int from, ref int to)
    {
        for (int end = tap + count; tap < end; tap++, at += step, first += delta)
        {
            bool inside = (uint)at < (uint)places;
            table[tap * _rows] = inside ? first : _zeros;
            if (!inside) continue;
            from = Math.Min(from, tap);
            to = Math.Max(to, tap + 1);
        }
    }

    private void Step()
    {
        if (++_column < _phase.Across.Places) return;
        _column = 0;
        if (++_row < _phase.Down.Places) return;
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
