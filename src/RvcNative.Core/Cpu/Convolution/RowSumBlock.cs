namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// The blocked matrix product (Goto and van de Geijn 2008) of some tiles' rows, read where they lie and kept in the second cache, and packed weights, which
/// pass by once: a panel's stretch stays in the first cache while the tiles take it.
/// </summary>
internal unsafe struct RowSumBlock<TKernel> where TKernel : ITileKernel
{
    internal WeightPanels<TKernel> Panels;
    internal StoreEpilogue Epilogue;
    internal int OutChannels, Taps, InWidth, MostDepth;
    internal bool Accumulate;

    /// <param name="packed">Weights of the first panel; those of the next lie <paramref name="panelFloats"/> further.</param>
    /// <param name="table">For each tile its rows' pointers, <see cref="Taps"/> times.</param>
    internal readonly void Run(float* packed, long panelFloats, int firstPanel, int endPanel, float** table, RowTile* tiles, int count)
    {
        int stretches = Stretch.Count(Taps, InWidth, MostDepth), pointers = Taps * TKernel.Rows;
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            float* b = packed + (panel * panelFloats);
            PanelPlace place = new() { Column = Panels.FirstOut(panel), Width = Panels.Width(panel), FirstIn = Panels.FirstIn(panel) };
            for (int number = 0; number < stretches; number++)
            {
                Stretch stretch = Stretch.At(number, Taps, InWidth, MostDepth);
                bool add = Accumulate || number > 0, isLast = number == stretches - 1;
                int floats = stretch.Depth * TKernel.Columns, aheadOfTile = TileSplit.Ceiling(floats, count * Prefetch.Line) * Prefetch.Line;
                float* ahead = b + floats;
                for (int i = 0; i < count; i++, ahead += aheadOfTile)
                {
                    // The stretch after this one comes near while this one is used: 2% of the time of wide layers.
                    for (int c = 0; c < aheadOfTile; c += Prefetch.Line) Prefetch.Far(ahead + c);
                    Tile(stretch, place, b, table + (i * pointers), i + 1 < count ? pointers : 0, tiles + i, add, isLast);
                }

                b += floats;
            }
        }
    }

    private readonly void Tile(in Stretch stretch, in PanelPlace place, float* b, float** rows, int next, RowTile* tile, bool add, bool isLast)
    {
        int column = place.Column, width = place.Width, firstIn = place.FirstIn + stretch.Channel;
        int from = Math.Max(stretch.Tap, tile->FirstTap), taps = Math.Min(stretch.Tap + stretch.Taps, tile->FirstTap + tile->Taps) - from;
        if (taps > 0 || !add)
        {
            rows += from * TKernel.Rows;
            b += (from - stretch.Tap) * stretch.Channels * TKernel.Columns;
            float** to = (float**)tile->To;
            if (width == TKernel.Columns) TKernel.RowsTimesTaps(rows, next, taps, firstIn, stretch.Channels, b, to, column, add);
            else if (width == SixByFour.Columns) Six(stretch.Channels, rows, taps, b, to, firstIn, column, add);
            else Narrow(stretch.Channels, rows, taps, b, tile, firstIn, column, width, add);
        }

        if (!isLast || Epilogue.IsNothing) return;
        for (int r = 0; r < tile->Rows; r++) Epilogue.Apply((float*)tile->To[r] + column, tile->Frame[r], OutChannels, column, width);
    }

    private static void Six(int channels, float** rows, int taps, float* b, float** to, int first, int column, bool add)
    {
        for (int r = 0; r < TKernel.Rows; r += SixByFour.Rows)
        {
            SixByFour.RowsTimesTaps(rows + r, TKernel.Rows, taps, first, channels, b, TKernel.Columns, to + r, column, add);
        }
    }

    /// <summary>A panel that sticks out of its group: the tile goes to the stack and its columns that are there to their rows.</summary>
    private static void Narrow(int channels, float** rows, int taps, float* b, RowTile* tile, int first, int column, int width, bool add)
    {
        float* sums = stackalloc float[TKernel.Rows * TKernel.Columns];
        float** to = stackalloc float*[TKernel.Rows];
        for (int r = 0; r < TKernel.Rows; r++) to[r] = sums + (r * TKernel.Columns);
        TKernel.RowsTimesTaps(rows, 0, taps, first, channels, b, to, 0, false);
        for (int r = 0; r < tile->Rows; r++)
        {
            float* y = (float*)tile->To[r] + column;
            for (int c = 0; c < width; c++) y[c] = add ? y[c] + to[r][c] : to[r][c];
        }
    }

    /// <summary>What a panel writes and reads, found once for all tiles.</summary>
    private struct PanelPlace
    {
        internal int Column, Width, FirstIn;
    }
}
