namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Weights at a Toom-Cook form's points as <see cref="RowSumBlock{TKernel}"/> reads them: to [points][panel], each the stretches of kernels and channels in their
/// order, from w [K,Cin,Cout]. A part is one panel's one stretch.
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
        PanelFloats = (long)tiles.Kernels * sum.InChannels * TKernel.Columns;
        _stretches = Stretch.Count(tiles.Kernels, sum.InChannels, RowSumJob<TKernel>.MostDepth);
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
            stretch = Stretch.At(i, _tiles.Kernels, _sum.InChannels, RowSumJob<TKernel>.MostDepth);
        }

        for (int kernel = stretch.Tap; kernel < stretch.Tap + stretch.Taps; kernel++, at += stretch.Channels * TKernel.Columns)
        {
            if (_sum.Flipped) MixColumns(panel, kernel, stretch.Channel, stretch.Channels, To + at);
            else MixRows(panel, kernel, stretch.Channel, stretch.Channels, To + at);
        }
    }

    /// <summary>Forward: a row of the panel is part of a row of weights.</summary>
    private readonly void MixRows(int panel, int kernel, int channel, int channels, float* to)
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
            Rows(kernel, ((long)c * _sum.OutChannels) + Panels.FirstOut(panel), zeros, rows);
            RowMixture.Mix(new ScatteredRows(rows), _tiles.Form.Taps, _tiles.Form.Weight, to, (nint)(Panels.Count * PanelFloats), points, width);
        }
    }

    /// <summary>Data gradient: a column of the panel is part of a row of weights, mixed first and then turned.</summary>
    private readonly void MixColumns(int panel, int kernel, int channel, int channels, float* to)
    {
        int width = Panels.Width(panel), points = _tiles.Form.Points, columnFloats = points * channels;
        ThreadScratch scratch = ThreadScratch.Own;
        float* zeros = scratch.Zeros(channels), mixed = scratch.Weights((long)TKernel.Columns * columnFloats);
        float** rows = stackalloc float*[_tiles.Form.Taps];
        for (int column = 0; column < width; column++)
        {
            Rows(kernel, ((long)(Panels.FirstOut(panel) + column) * _sum.InChannels) + channel, zeros, rows);
            RowMixture.Mix(new ScatteredRows(rows), _tiles.Form.Taps, _tiles.Form.Weight, mixed + (column * columnFloats), channels, points, channels);
        }

        for (int p = 0; p < points; p++, to += Panels.Count * PanelFloats)
        {
            if (width < TKernel.Columns) new Span<float>(to, channels * TKernel.Columns).Clear();
            WeightPanels<TKernel>.PackColumns(mixed + (p * channels), columnFloats, channels, width, to);
        }
    }

    /// <summary>A kernel's taps from a place of the weights on, zeros behind the last; backwards the last is read first.</summary>
    private readonly void Rows(int kernel, long place, float* zeros, float** rows)
    {
        for (int i = 0; i < _tiles.Form.Taps; i++)
        {
            int tap = (kernel * _tiles.Form.Taps) + i;
            rows[i] = tap >= _tiles.Taps ? zeros : _sum.Weights + ((long)(_sum.Flipped ? _tiles.Taps - 1 - tap : tap) * _sum.InChannels * _sum.OutChannels) + place;
        }
    }
}
