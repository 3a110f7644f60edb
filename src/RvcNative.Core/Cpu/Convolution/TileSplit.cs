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

    /// <summary>Rows of the tile that are there.</summary>
    internal int Rows(int tile) => Math.Min(Height(tile), _rows - First(tile));
}
