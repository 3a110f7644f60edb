namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Forward and data gradient in Toom-Cook form. A part is a range of tiles, and of panels where tiles are few: for each point it mixes their inputs, multiplies
/// them with the weights at that point (<see cref="PackMixedWeightsJob{TKernel}"/>), and at last mixes the products to frames. What it mixes stays in its own caches.
/// </summary>
internal unsafe struct ToomCookSumJob<TKernel> : IJob where TKernel : ITileKernel
{
    /// <summary>Floats of one point's inputs and all points' products, and tiles that pay for fetching the weights.</summary>
    private const int PartFloats = 1 << 18, LeastTiles = 256, MostTiles = 512;

    /// <summary>Floats of mixed inputs that may be kept, so that a tile's frames are fetched once for several points.</summary>
    private const int MixedFloats = 1 << 19;

    /// <summary>A line of the cache between rows: with a power of two of channels all rows of a tile would meet in the same few sets of the first cache.</summary>
    private const int Pad = 16;
    private readonly ToomCookTiles _tiles;
    private readonly TapSum _sum;
    private readonly RowSumBlock<TKernel> _block;
    private readonly float* _packed;
    private readonly long _panelFloats;
    private readonly int _tileParts, _panelParts;

    internal ToomCookSumJob(in ToomCookTiles tiles, in TapSum sum, in PackMixedWeightsJob<TKernel> weights, int threads)
    {
        (_tiles, _sum) = (tiles, sum);
        _packed = weights.To;
        _panelFloats = weights.PanelFloats;
        _block = new RowSumBlock<TKernel>
        {
            Panels = weights.Panels,
            OutChannels = sum.OutChannels,
            Taps = tiles.TapsAtPoint,
            InWidth = sum.InChannels,
            MostDepth = RowSumJob<TKernel>.MostDepth,
        };
        int all = tiles.Batch * tiles.OutTiles, most = Math.Clamp(PartFloats / (sum.InChannels + (tiles.Form.Points * sum.OutChannels)), LeastTiles, MostTiles);
        _tileParts = all <= most ? 1 : Math.Min(TileSplit.Ceiling(TileSplit.Ceiling(all, most), threads) * threads, TileSplit.Ceiling(all, TKernel.Rows));
        _panelParts = Math.Min(weights.Panels.Count, TileSplit.Ceiling(threads, _tileParts));
    }

    internal int Parts => _tileParts * _panelParts;

    public readonly void Run(int part)
    {
        (int tilePart, int panelPart) = Math.DivRem(part, _panelParts);
        long all = (long)_tiles.Batch * _tiles.OutTiles;
        int first = (int)(all * tilePart / _tileParts), count = (int)(all * (tilePart + 1) / _tileParts) - first;
        int firstPanel = _block.Panels.Count * panelPart / _panelParts, endPanel = _block.Panels.Count * (panelPart + 1) / _panelParts;
        int column = _block.Panels.FirstOut(firstPanel), columns = _block.Panels.FirstOut(endPanel - 1) + _block.Panels.Width(endPanel - 1) - column;
        int around = _tiles.Before + _tiles.Behind, items = ((first + count - 1) / _tiles.OutTiles) - (first / _tiles.OutTiles) + 1;
        int rowTiles = TileSplit.Ceiling(count, TKernel.Rows), pointers = _tiles.TapsAtPoint * TKernel.Rows, points = _tiles.Form.Points;
        long pointFloats = (long)rowTiles * TKernel.Rows * (columns + Pad);
        ThreadScratch scratch = ThreadScratch.Own;
        long inputFloats = (long)(count + (items * around)) * (_sum.InChannels + Pad);
        int together = (int)Math.Clamp(MixedFloats / inputFloats, 1, points);
        float* inputs = scratch.MixedInputs(together * inputFloats), products = scratch.Products(points * pointFloats);
        float** table = scratch.Table(rowTiles * pointers);
        RowTile* tiles = scratch.Tiles(rowTiles);
        for (int point = 0; point < points; point++)
        {
            int place = point % together;
            if (place == 0) Mix(first, count, point, Math.Min(together, points - point), inputs, (nint)inputFloats);
            if (point == 0 || together > 1) Places(first, count, inputs + (place * inputFloats), table, scratch.Zeros(_sum.InChannels));
            float* to = products + (point * pointFloats) - column;
            for (int i = 0; i < rowTiles; i++, to += TKernel.Rows * (columns + Pad)) Place(tiles + i, to, columns + Pad);
            _block.Run(_packed + (point * _block.Panels.Count * _panelFloats), _panelFloats, firstPanel, endPanel, table, tiles, rowTiles);
        }

        Frames(first, count, products, pointFloats, column, columns);
    }

    /// <summary>Every row's pointers: the tile itself, for further kernels those behind it and for taps across its neighbours, or zeros beside the picture.</summary>
    private readonly void Places(int first, int count, float* inputs, float** table, float* zeros)
    {
        int rows = TKernel.Rows, row = 0, width = _sum.InChannels + Pad;
        for (; row < count; row++)
        {
            (int item, int tile) = Math.DivRem(first + row, _tiles.OutTiles);
            int items = item - (first / _tiles.OutTiles), column = (tile % _tiles.Columns) - _tiles.Before;
            float* line = inputs + ((long)(row + (items * (_tiles.Before + _tiles.Behind))) * width);
            for (int tap = 0; tap < _tiles.TapsAtPoint; line += (long)_tiles.Columns * width)
            {
                float* at = line;
                for (int across = 0; across < _tiles.Across; across++, tap++, at += width)
                    table[Place(row, tap)] = (uint)(column + across) < (uint)_tiles.Columns ? at : zeros;
            }
        }

        for (; row < TileSplit.Ceiling(count, rows) * rows; row++)
        {
            for (int tap = 0; tap < _tiles.TapsAtPoint; tap++) table[Place(row, tap)] = zeros;
        }
    }

    private readonly int Place(int row, int tap) => (((row / TKernel.Rows * _tiles.TapsAtPoint) + tap) * TKernel.Rows) + (row % TKernel.Rows);

    private readonly void Place(RowTile* tile, float* to, int rowFloats)
    {
        (tile->Rows, tile->FirstTap, tile->Taps) = (TKernel.Rows, 0, _tiles.TapsAtPoint);
        for (int r = 0; r < TKernel.Rows; r++) tile->To[r] = (ulong)(to + (r * rowFloats));
    }

    /// <summary>Inputs of the tiles at some points, <paramref name="toStep"/> floats from one to the next: item by item, each with the tiles around it that its first and last ones reach.</summary>
    private readonly void Mix(int first, int count, int point, int together, float* to, nint toStep)
    {
        int channels = _sum.InChannels, inputs = _tiles.Form.Points;
        float* zeros = ThreadScratch.Own.Zeros(channels), factors = _tiles.Form.Input + (point * inputs);
        for (int end = first + count; first < end;)
        {
            (int item, int tile) = Math.DivRem(first, _tiles.OutTiles);
            int here = Math.Min(end - first, _tiles.OutTiles - tile);
            TileCursor cursor = new(_tiles, _sum.X + ((long)item * _tiles.InFrames * channels), _tiles.InFrames, channels, tile - _tiles.Before, _tiles.Shift, inputs, zeros);
            for (int last = tile + here + _tiles.Behind, each = tile - _tiles.Before; each < last; each++, to += channels + Pad)
            {
                cursor.Mix(factors, to, toStep, together, 0, channels);
                cursor.Next();
            }

            first += here;
        }
    }

    /// <summary>y [B,T,C] = or += the mixed products, and then the epilogue.</summary>
    private readonly void Frames(int first, int count, float* products, long pointFloats, int column, int columns)
    {
        int points = _tiles.Form.Points, outputs = _tiles.Form.Outputs, channels = _sum.OutChannels;
        for (int i = 0; i < count; i++)
        {
            (int item, int tile) = Math.DivRem(first + i, _tiles.OutTiles);
            (int row, int place) = Math.DivRem(tile, _tiles.Columns);
            int frame = (row * outputs * _tiles.Columns) + place, there = Math.Min(outputs, TileSplit.Ceiling(_tiles.OutFrames - frame, _tiles.Columns));
            long at = ((long)item * _tiles.OutFrames) + frame;
            float* y = _sum.Y + (at * channels) + column;
            nint step = (nint)_tiles.Columns * channels;
            RowMixture.Mix(new EvenRows(products + ((long)i * (columns + Pad)), (nint)pointFloats), points, _tiles.Form.Output, y, step, there, columns, _sum.Accumulate);
            if (_sum.Epilogue.IsNothing) continue;
            for (int o = 0; o < there; o++, at += _tiles.Columns, y += step) _sum.Epilogue.Apply(y, at, channels, column, columns);
        }
    }
}
