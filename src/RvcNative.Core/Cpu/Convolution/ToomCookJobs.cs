namespace RvcNative.Core.Cpu.Convolution;

/// <summary>Frames of tiles, mixed: to [points,B,tiles,C] = from x [B,T,C]; frames outside of an item count as zero.</summary>
internal unsafe struct MixFramesJob : IJob
{
    private const int TilesOfPart = 32;

    /// <summary>X and what is written begin with the first item of this call.</summary>
    internal float* X, To, Factors;

    /// <summary>Tiles of an item over all columns; neighbours in a column begin <see cref="RowsOfTile"/> rows apart, the first at row <see cref="Shift"/>.</summary>
    internal int Batch, Frames, Channels, Tiles, Columns, RowsOfTile, Shift, Inputs, Points;

    internal readonly int Parts => ((Batch * Tiles) + TilesOfPart - 1) / TilesOfPart;

    public readonly void Run(int part)
    {
        float* zeros = ThreadScratch.Own.Zeros(Channels);
        float** rows = stackalloc float*[Inputs];
        int count = Batch * Tiles, end = Math.Min(count, (part + 1) * TilesOfPart);
        for (int tile = part * TilesOfPart; tile < end; tile++)
        {
            (int item, int number) = Math.DivRem(tile, Tiles);
            (int row, int column) = Math.DivRem(number, Columns);
            float* x = X + ((long)item * Frames * Channels);
            for (int i = 0; i < Inputs; i++)
            {
                int frame = (((row * RowsOfTile) + Shift + i) * Columns) + column;
                rows[i] = (uint)frame < (uint)Frames ? x + ((long)frame * Channels) : zeros;
            }

            RowMixture.Mix(rows, Inputs, Factors, To + ((long)tile * Channels), (nint)count * Channels, Points, Channels);
        }
    }
}

/// <summary>Frames from the products of their tiles: y [B,T,C] = or += a mixture of products [points,B,tiles,C], and then the epilogue.</summary>
internal unsafe struct FramesOfProductsJob : IJob
{
    private const int TilesOfPart = 32;
    internal float* Products, Y;
    internal ToomCookTiles Tiles;

    /// <summary>The first item of this call, of which Y and the epilogue hold all; and how many it takes.</summary>
    internal int First, Items;
    internal int Channels;
    internal bool Accumulate;
    internal StoreEpilogue Epilogue;

    internal readonly int Parts => ((Items * Tiles.OutTiles) + TilesOfPart - 1) / TilesOfPart;

    public readonly void Run(int part)
    {
        int points = Tiles.Form.Points, outputs = Tiles.Form.Outputs, count = Items * Tiles.OutTiles, end = Math.Min(count, (part + 1) * TilesOfPart);
        float** rows = stackalloc float*[points];
        for (int tile = part * TilesOfPart; tile < end; tile++)
        {
            (int item, int number) = Math.DivRem(tile, Tiles.OutTiles);
            (int row, int column) = Math.DivRem(number, Tiles.Columns);
            for (int p = 0; p < points; p++) rows[p] = Products + ((((long)p * count) + tile) * Channels);
            for (int o = 0; o < outputs; o++)
            {
                int frame = (((row * outputs) + o) * Tiles.Columns) + column;
                if (frame >= Tiles.OutFrames) break;
                long place = ((long)(First + item) * Tiles.OutFrames) + frame;
                float* y = Y + (place * Channels);
                RowMixture.Mix(rows, points, Tiles.Form.Output + (o * points), y, 0, 1, Channels, Accumulate);
                if (!Epilogue.IsNothing) Epilogue.Apply(y, place, Channels, 0, Channels);
            }
        }
    }
}

/// <summary>Weights at the form's points: to [points,kernels,Cin,Cout] = from w [K,Cin,Cout].</summary>
internal unsafe struct MixWeightsJob : IJob
{
    private const int Together = 2048;
    internal float* Weights, To;
    internal ToomCookTiles Tiles;

    /// <summary>Floats of one tap.</summary>
    internal int Count;

    /// <summary>Whether the last tap is read first.</summary>
    internal bool Backwards;

    internal readonly int Parts => Tiles.Kernels * PartsOfKernel;

    private readonly int PartsOfKernel => (Count + Together - 1) / Together;

    public readonly void Run(int part)
    {
        (int kernel, int number) = Math.DivRem(part, PartsOfKernel);
        int first = number * Together, taps = Tiles.Form.Taps;
        float* zeros = ThreadScratch.Own.Zeros(Together);
        float** rows = stackalloc float*[taps];
        for (int i = 0; i < taps; i++)
        {
            int tap = (kernel * taps) + i;
            rows[i] = tap >= Tiles.Taps ? zeros : Weights + ((long)(Backwards ? Tiles.Taps - 1 - tap : tap) * Count) + first;
        }

        RowMixture.Mix(rows, taps, Tiles.Form.Weight, To + ((long)kernel * Count) + first, (nint)Tiles.Kernels * Count, Tiles.Form.Points, Math.Min(Together, Count - first));
    }
}

/// <summary>The taps' gradients dw [K,Cin,Cout] = or += from those at the form's points, [points,kernels,Cin,Cout].</summary>
internal unsafe struct GradientOfTapsJob : IJob
{
    private const int Together = 2048;
    internal float* AtPoints, Dw;
    internal ToomCookTiles Tiles;
    internal int Count;
    internal bool Accumulate;

    internal readonly int Parts => Tiles.Kernels * PartsOfKernel;

    private readonly int PartsOfKernel => (Count + Together - 1) / Together;

    public readonly void Run(int part)
    {
        (int kernel, int number) = Math.DivRem(part, PartsOfKernel);
        int first = number * Together, taps = Tiles.Form.Taps, points = Tiles.Form.Points;
        float** rows = stackalloc float*[points];
        for (int p = 0; p < points; p++) rows[p] = AtPoints + ((((long)p * Tiles.Kernels) + kernel) * Count) + first;
        int tap = kernel * taps;
        RowMixture.Mix(rows, points, Tiles.Form.WeightTransposed, Dw + ((long)tap * Count) + first, Count, Math.Min(taps, Tiles.Taps - tap), Math.Min(Together, Count - first), Accumulate);
    }
}
