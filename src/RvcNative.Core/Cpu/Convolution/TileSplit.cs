using System.Runtime.Intrinsics;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>A number of rows as full tiles and then up to two tiles of four, such that least is computed in vain.</summary>
internal readonly struct TileSplit
{
    private readonly int _fullRows, _full, _rows;

    internal TileSplit(int rows, int fullRows)
    {
        (_rows, _fullRows) = (rows, fullRows);
        int least = int.MaxValue;
        for (int fours = 0; fours <= 2; fours++)
        {
            int full = Math.Max(0, Ceiling(rows - (4 * fours), fullRows)), computed = (full * fullRows) + (4 * fours);
            if (computed >= least) continue;
            least = computed;
            (_full, Count) = (full, full + fours);
        }
    }

    /// <summary>Pieces of <paramref name="each"/> that cover <paramref name="count"/>.</summary>
    internal static int Ceiling(int count, int each) => (count + each - 1) / each;

    /// <summary>Tiles.</summary>
    internal int Count { get; }

    internal int First(int tile) => tile <= _full ? tile * _fullRows : (_full * _fullRows) + ((tile - _full) * 4);

    /// <summary>Rows that the tile computes: a full tile's or four.</summary>
    internal int Height(int tile) => tile < _full ? _fullRows : 4;

    /// <summary>Channels of one row of <paramref name="rows"/> into their tiles, each [row][channel]; zeros where a tile sticks out.</summary>
    internal unsafe void Spread(float* from, int rows, int row, float* to)
    {
        int whole = Math.Min(_full, _rows / _fullRows);
        float* put = to + (row * _fullRows);
        nint step = _fullRows * (nint)rows;
        for (float* end = from + (_fullRows * whole); from < end; from += _fullRows, put += step)
        {
            Vector128.Store(Vector128.Load(from), put);
            if (_fullRows == 6) *(ulong*)(put + 4) = *(ulong*)(from + 4);
            else for (int i = 4; i < _fullRows; i += 4) Vector128.Store(Vector128.Load(from + i), put + i);
        }

        for (int tile = whole; tile < Count; tile++)
        {
            int height = Height(tile), there = Rows(tile);
            put = to + (First(tile) * (nint)rows) + (row * height);
            for (int i = 0; i < height; i++) put[i] = i < there ? from[i] : 0;
            from += there;
        }
    }

    /// <summary>Rows of the tile that are there.</summary>
    internal int Rows(int tile) => Math.Min(Height(tile), _rows - First(tile));
}
