namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Weights at a Toom-Cook form's points as <see cref="RowSumBlock{TKernel}"/> reads them: to [points][panel], each the stretches of kernels and channels in their
/// order, from w [K,Cin,Cout], K those down times those across. A part is one panel's one stretch.
/// </summary>
internal unsafe struct PackMixedWeightsJob<TKernel> : IJob where TKernel : ITileKernel
{
    private readonly ToomCookTiles _tiles;
    private readonly TapSum _sum;
    private readonly int _stretches;

    internal PackMixedWeightsJob(in ToomCookTiles tiles, in TapSum sum, ThreadScratch scratch)
    {
        (_tiles, _sum) = (tiles, sum);
        Panels = new WeightPanels<TKernel>(sum);
        PanelFloats = (long)tiles.TapsAtPoint * sum.InChannels * TKernel.Columns;
        _stretches = Stretch.Count(tiles.TapsAtPoint, sum.InChannels, RowSumJob<TKernel>.MostDepth);
        To = scratch.AllWeights(tiles.Form.Points * Panels.Count * PanelFloats);
    }

    internal WeightPanels<TKernel> Panels { get; }

    internal long PanelFloats { get; }

    internal float* To { get; }

    internal readonly int Parts => Panels.Count * _stretches;

    public readonly void Run(int part)
    {
        (int panel, int number) = Math.DivRem(part, _stretches);
        long at = panel * PanelFloats;
        Stretch stretch = default;
        for (int i = 0; i <= number; i++)
        {
            at += stretch.Depth * TKernel.Columns;
            stretch = Stretch.At(i, _tiles.TapsAtPoint, _sum.InChannels, RowSumJob<TKernel>.MostDepth);
        }

        for (int tap = stretch.Tap; tap < stretch.Tap + stretch.Taps; tap++, at += stretch.Channels * TKernel.Columns)
        {
            if (_sum.Flipped) MixColumns(panel, tap, stretch.Channel, stretch.Channels, To + at);
            else MixRows(panel, tap, stretch.Channel, stretch.Channels, To + at);
        }
    }

    /// <summary>Forward: a row of the panel is part of a row of weights.</summary>
    private readonly void MixRows(int panel, int tap, int channel, int channels, float* to)
    {
        int width = Panels.Width(panel), points = _tiles.Form.Points;
        float* zeros = ThreadScratch.Own.Zeros(TKernel.Columns);
        float** rows = stackalloc float*[_tiles.Form.Taps];
        if (width < TKernel.Columns)
        {
            for (int p = 0; p < points; p++) new Span<float>(to + (p * Panels.Count * PanelFloats), channels * TKernel.Columns).Clear();
        }

        for (int c = channel; c < channel + channels; c++, to += TKernel.Columns)
        {
            Rows(tap, ((long)c * _sum.OutChannels) + Panels.FirstOut(panel), zeros, rows);
            RowMixture.Mix(new ScatteredRows(rows), _tiles.Form.Taps, _tiles.Form.Weight, to, (nint)(Panels.Count * PanelFloats), points, width);
        }
    }

    /// <summary>Data gradient: a column of the panel is part of a row of weights, mixed first and then turned.</summary>
    private readonly void MixColumns(int panel, int tap, int channel, int channels, float* to)
    {
        int width = Panels.Width(panel), points = _tiles.Form.Points, columnFloats = points * channels;
        ThreadScratch scratch = ThreadScratch.Own;
        float* zeros = scratch.Zeros(channels), mixed = scratch.Weights((long)TKernel.Columns * columnFloats);
        float** rows = stackalloc float*[_tiles.Form.Taps];
        for (int column = 0; column < width; column++)
        {
            Rows(tap, ((long)(Panels.FirstOut(panel) + column) * _sum.InChannels) + channel, zeros, rows);
            RowMixture.Mix(new ScatteredRows(rows), _tiles.Form.Taps, _tiles.Form.Weight, mixed + (column * columnFloats), channels, points, channels);
        }

        for (int p = 0; p < points; p++, to += Panels.Count * PanelFloats)
        {
            if (width < TKernel.Columns) new Span<float>(to, channels * TKernel.Columns).Clear();
            WeightPanels<TKernel>.PackColumns(mixed + (p * channels), columnFloats, channels, width, to);
        }
    }

    /// <summary>
    /// The taps that a tap at the points mixes, from a place of the weights on: those of its kernel, in its column, with zeros behind the last; backwards the last is read first.
    /// </summary>
    private readonly void Rows(int atPoint, long place, float* zeros, float** rows)
    {
        (int kernel, int column) = Math.DivRem(atPoint, _tiles.Across);
        for (int i = 0; i < _tiles.Form.Taps; i++)
        {
            int down = (kernel * _tiles.Form.Taps) + i, tap = ((_sum.Flipped ? _tiles.Taps - 1 - down : down) * _tiles.Across) + column;
            rows[i] = down >= _tiles.Taps ? zeros : _sum.Weights + ((long)tap * _sum.InChannels * _sum.OutChannels) + place;
        }
    }
}
