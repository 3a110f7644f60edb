namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// The weight gradient in Toom-Cook form, the transpose of the forward pass in its weights: sums [points,kernels,Cin,Cout] over tiles of mixed inputs times
/// mixed gradients. A part is a chunk of items, some points and a range of input channels; it mixes what it needs straight into packed rows. Layers of few
/// channels and many tiles are cut into chunks with sums of their own, so that a block of their frames is fetched once for all points.
/// </summary>
internal unsafe struct ToomCookWeightSumJob<TKernel> : IJob where TKernel : ITileKernel
{
    /// <summary>Channels of x at once; floats of packed gradients that stay in the second cache, for so many rows at least.</summary>
    private const int BlockChannels = 192, GradientFloats = 1 << 17, LeastRows = 512;

    /// <summary>Sums of a chunk that are few enough to have several, its least tiles, and floats of frames that stay in the second cache for all points.</summary>
    private const int MostChunkSums = 1 << 19, LeastChunkTiles = 512, BlockFloats = 3 << 16;

    /// <summary>Floats of packed rows that stay in the second cache, so that several points are mixed together.</summary>
    private const int MixedFloats = 1 << 18;
    private readonly ToomCookTiles _tiles;
    private readonly float* _x, _dy, _sums;
    private readonly int _cin, _cout, _groups, _ranges, _panels, _halo, _blockRows;

    /// <param name="sums">= [chunks,points,kernels,Cin,Cout].</param>
    internal ToomCookWeightSumJob(in ToomCookTiles tiles, in WeightSums of, float* sums, int threads)
    {
        (_tiles, _cin, _cout) = (tiles, of.Cin, of.Cout);
        _x = of.X;
        _dy = of.Dy;
        _sums = sums;
        _panels = ((_cout - 1) / TKernel.Columns) + 1;
        _halo = (tiles.Kernels - 1) * tiles.Columns;
        Chunks = ChunksOf(tiles, of);
        _blockRows = Chunks == 1 ? Math.Max(LeastRows, GradientFloats / _cout) : Math.Max(64, BlockFloats / (tiles.Form.Outputs * (_cin + _cout)));
        int points = tiles.Form.Points, most = _cin / RowMixture.Piece;
        (_groups, _ranges) = (Chunks == 1 ? points : 1, 1);
        if (Chunks == 1) while (_ranges < most && points * _ranges < 4 * threads && points * _ranges % threads != 0) _ranges++;
        else while (_groups < points && Chunks * _groups % threads != 0 && Chunks * _groups < 4 * threads) _groups++;
    }

    /// <summary>Each with sums of its own; by the shape alone.</summary>
    internal int Chunks { get; }

    internal readonly int Parts => Chunks * _groups * _ranges;

    private static int Depth => WeightSums.Depth<TKernel>();

    internal static int ChunksOf(in ToomCookTiles tiles, in WeightSums of) =>
        CountOf(tiles, of) > MostChunkSums ? 1 : Math.Clamp(tiles.Batch * tiles.OutTiles / LeastChunkTiles, 1, Math.Min(4, tiles.Batch));

    /// <summary>Sums of a chunk.</summary>
    internal static long CountOf(in ToomCookTiles tiles, in WeightSums of) => (long)tiles.Form.Points * tiles.Kernels * of.Cin * of.Cout;

    public readonly void Run(int part)
    {
        (int chunk, int rest) = Math.DivRem(part, _groups * _ranges);
        (int group, int range) = Math.DivRem(rest, _ranges);
        int firstItem = _tiles.Batch * chunk / Chunks, items = (_tiles.Batch * (chunk + 1) / Chunks) - firstItem;
        int firstPoint = _tiles.Form.Points * group / _groups, endPoint = _tiles.Form.Points * (group + 1) / _groups;
        int pieces = _cin / RowMixture.Piece, channel = pieces * range / _ranges * RowMixture.Piece, endChannel = pieces * (range + 1) / _ranges * RowMixture.Piece;

        // A kernel's tiles lie a constant step from the first one's only within an item; with one kernel there is no such step.
        int sequences = _halo == 0 ? 1 : items, length = _halo == 0 ? items * _tiles.OutTiles : _tiles.OutTiles, most = Math.Min(length, _blockRows);
        ThreadScratch scratch = ThreadScratch.Own;
        long dyFloats = (long)most * _panels * TKernel.Columns, xFloats = (long)(most + _halo) * (BlockChannels + TKernel.Rows + 4);
        int together = (int)Math.Clamp(MixedFloats / (dyFloats + xFloats), 1, endPoint - firstPoint);
        float* dy = scratch.Weights(together * dyFloats), x = scratch.Inputs(together * xFloats);
        bool add = false;
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            for (int row = 0; row < length; row += most, add = true)
            {
                int rows = Math.Min(most, length - row), first = (firstItem * _tiles.OutTiles) + (sequence * length) + row;
                for (int point = firstPoint; point < endPoint; point += together)
                {
                    Points points = new() { First = point, Count = Math.Min(together, endPoint - point), DyFloats = dyFloats, XFloats = xFloats };
                    float* to = _sums + ((((long)chunk * _tiles.Form.Points) + point) * _tiles.Kernels * _cin * _cout);
                    PackDy(points, first, rows, dy);
                    for (int ci = channel; ci < endChannel; ci += BlockChannels) Block(points, first, rows, ci, Math.Min(BlockChannels, endChannel - ci), x, dy, to, add);
                }
            }
        }
    }

    private readonly void Block(in Points points, int first, int rows, int channel, int channels, float* x, float* dy, float* to, bool add)
    {
        TileSplit split = new(channels, TKernel.Rows);
        PackX(points, first, rows, channel, channels, split, x);
        to += (long)channel * _cout;
        for (int point = 0; point < points.Count; point++, x += points.XFloats, dy += points.DyFloats)
        {
            for (int kernel = 0; kernel < _tiles.Kernels; kernel++, to += (long)_cin * _cout) Multiply(rows, kernel, split, x, dy, to, add);
        }
    }

    private readonly void Multiply(int rows, int kernel, in TileSplit split, float* x, float* dy, float* to, bool add)
    {
        for (int panel = 0; panel < _panels; panel++)
        {
            int column = panel * TKernel.Columns, width = Math.Min(TKernel.Columns, _cout - column);
            for (int row = 0; row < rows; row += Depth)
            {
                float* b = dy + ((((long)panel * rows) + row) * TKernel.Columns);
                int depth = Math.Min(Depth, rows - row);
                for (int tile = 0; tile < split.Count; tile++)
                {
                    int ci = split.First(tile), height = split.Height(tile);
                    float* a = x + ((long)ci * (rows + _halo)) + ((row + ((long)kernel * _tiles.Columns)) * height);
                    WeightSums.Tile<TKernel>(height, split.Rows(tile), width, a, height, b, TKernel.Columns, depth, to + ((long)ci * _cout) + column, _cout, add || row > 0);
                }
            }
        }
    }

    /// <summary>For each point as [panel][row][column], with zeros where the last panel sticks out.</summary>
    private readonly void PackDy(in Points points, int first, int rows, float* to)
    {
        ThreadScratch scratch = ThreadScratch.Own;
        float* zeros = scratch.Zeros(_cout), factors = _tiles.Form.OutputTransposed + (points.First * _tiles.Form.Outputs), mixed = scratch.Products((long)points.Count * _cout);
        for (int row = 0; row < rows;)
        {
            (int item, int tile) = Math.DivRem(first + row, _tiles.OutTiles);
            TileCursor cursor = new(_tiles, _dy + ((long)item * _tiles.OutFrames * _cout), _tiles.OutFrames, _cout, tile, 0, _tiles.Form.Outputs, zeros);
            for (int end = Math.Min(rows, row + _tiles.OutTiles - tile); row < end; row++, cursor.Next())
            {
                cursor.Mix(factors, mixed, _cout, points.Count, 0, _cout);
                for (int point = 0; point < points.Count; point++) WeightSums.Spread<TKernel>(mixed + (point * _cout), _cout, rows, row, to + (point * points.DyFloats));
            }
        }
    }

    /// <summary>For each point as [tile][row][channel], with the rows that further kernels reach.</summary>
    private readonly void PackX(in Points points, int first, int rows, int channel, int channels, in TileSplit split, float* to)
    {
        ThreadScratch scratch = ThreadScratch.Own;
        float* zeros = scratch.Zeros(_cin), factors = _tiles.Form.Input + (points.First * _tiles.Form.Points), mixed = scratch.Products((long)points.Count * BlockChannels);
        int all = rows + _halo;
        for (int row = 0; row < all;)
        {
            (int item, int tile) = Math.DivRem(first + (_halo == 0 ? row : 0), _tiles.OutTiles);
            TileCursor cursor = new(_tiles, _x + ((long)item * _tiles.InFrames * _cin), _tiles.InFrames, _cin, tile, _tiles.Shift, _tiles.Form.Points, zeros);
            for (int end = _halo == 0 ? Math.Min(rows, row + _tiles.OutTiles - tile) : all; row < end; row++, cursor.Next())
            {
                cursor.Mix(factors, mixed, BlockChannels, points.Count, channel, channels);
                for (int point = 0; point < points.Count; point++) split.Spread(mixed + (point * BlockChannels), all, row, to + (point * points.XFloats));
            }
        }
    }

    /// <summary>Points that are mixed together, so that a tile's frames are fetched once for all of them.</summary>
    private struct Points
    {
        internal int First, Count;

        /// <summary>From one point's packed rows to the next one's.</summary>
        internal long DyFloats, XFloats;
    }
}
