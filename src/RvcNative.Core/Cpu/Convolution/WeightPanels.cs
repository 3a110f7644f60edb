namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Weights as the kernels read them: for each panel of columns the rows (tap, channel) one after another, a vector pair wide, with zeros
/// where a group's last panel sticks out. A group's columns start a new panel.
/// </summary>
internal readonly unsafe struct WeightPanels
{
    private readonly float* _weights;
    private readonly int _tapStride, _rowStride, _inWidth, _outWidth, _columns;
    private readonly bool _flipped;

    /// <param name="weights">[K,Cin/groups,Cout].</param>
    /// <param name="flipped">Whether output channels are read and input channels written (a data gradient).</param>
    /// <param name="columns">Columns of a panel.</param>
    internal WeightPanels(float* weights, int cinPerGroup, int cout, int groups, bool flipped, int columns)
    {
        _weights = weights;
        (_tapStride, _rowStride, _columns, _flipped) = (cinPerGroup * cout, cout, columns, flipped);
        (_inWidth, _outWidth) = flipped ? (cout / groups, cinPerGroup) : (cinPerGroup, cout / groups);
        PerGroup = ((_outWidth - 1) / columns) + 1;
        Count = PerGroup * groups;
    }

    /// <summary>Panels in all groups.</summary>
    internal int Count { get; }

    private int PerGroup { get; }

    /// <summary>First channel that the panel's group reads.</summary>
    internal int FirstIn(int panel) => panel / PerGroup * _inWidth;

    /// <summary>First channel that the panel writes.</summary>
    internal int FirstOut(int panel) => (panel / PerGroup * _outWidth) + (panel % PerGroup * _columns);

    /// <summary>Channels that the panel writes, at most its columns.</summary>
    internal int Width(int panel) => Math.Min(_columns, _outWidth - (panel % PerGroup * _columns));

    /// <summary>Packs channels first … first + count - 1 of a group for one tap of one panel.</summary>
    internal void Pack(int panel, int tap, int first, int count, float* to)
    {
        int group = panel / PerGroup, column = panel % PerGroup * _columns, width = Width(panel);
        float* tapWeights = _weights + ((long)tap * _tapStride);
        if (width < _columns) new Span<float>(to, count * _columns).Clear();
        if (_flipped) PackFlipped(tapWeights + ((long)column * _rowStride) + (group * _inWidth) + first, count, width, to);
        else PackRows(tapWeights + ((long)first * _rowStride) + (group * _outWidth) + column, count, width, to);
    }

    private void PackRows(float* from, int count, int width, float* to)
    {
        for (int c = 0; c < count; c++, from += _rowStride, to += _columns) new ReadOnlySpan<float>(from, width).CopyTo(new Span<float>(to, width));
    }

    private void PackFlipped(float* from, int count, int width, float* to)
    {
        for (int column = 0; column < width; column++, from += _rowStride)
        {
            for (int c = 0; c < count; c++) to[(c * _columns) + column] = from[c];
        }
    }
}
