using System.Runtime.Intrinsics;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Weights as the kernels read them: for each panel of columns the rows (tap, channel) one after another, a vector pair wide, with zeros
/// where a group's last panel sticks out. A group's columns start a new panel.
/// </summary>
internal readonly unsafe struct WeightPanels<TKernel> where TKernel : ITileKernel
{
    private readonly float* _weights;
    private readonly int _tapStride, _rowStride, _inWidth, _outWidth;
    private readonly bool _flipped;

    internal WeightPanels(in TapSum sum)
    {
        _weights = sum.Weights;
        _flipped = sum.Flipped;
        (_inWidth, _outWidth) = (sum.InChannels / sum.Groups, sum.OutChannels / sum.Groups);
        _rowStride = _flipped ? sum.InChannels : sum.OutChannels;
        _tapStride = _rowStride * (_flipped ? _outWidth : _inWidth);
        PerGroup = ((_outWidth - 1) / TKernel.Columns) + 1;
        Count = PerGroup * sum.Groups;
    }

    /// <summary>Panels in all groups.</summary>
    internal int Count { get; }

    private int PerGroup { get; }

    /// <summary>First channel that the panel's group reads.</summary>
    internal int FirstIn(int panel) => panel / PerGroup * _inWidth;

    /// <summary>First channel that the panel writes.</summary>
    internal int FirstOut(int panel) => (panel / PerGroup * _outWidth) + (panel % PerGroup * TKernel.Columns);

    /// <summary>Channels that the panel writes, at most its columns.</summary>
    internal int Width(int panel) => Math.Min(TKernel.Columns, _outWidth - (panel % PerGroup * TKernel.Columns));

    /// <summary>Packs channels first … first + count - 1 of a group for one tap of one panel.</summary>
    internal void Pack(int panel, int tap, int first, int count, float* to)
    {
        int group = panel / PerGroup, column = panel % PerGroup * TKernel.Columns, width = Width(panel);
        float* tapWeights = _weights + ((long)tap * _tapStride);
        if (width < TKernel.Columns) new Span<float>(to, count * TKernel.Columns).Clear();
        if (_flipped) PackColumns(tapWeights + ((long)column * _rowStride) + (group * _inWidth) + first, _rowStride, count, width, to);
        else PackRows(tapWeights + ((long)first * _rowStride) + (group * _outWidth) + column, count, width, to);
    }

    private void PackRows(float* from, int count, int width, float* to)
    {
        for (int c = 0; c < count; c++, from += _rowStride, to += TKernel.Columns)
        {
            if (width == TKernel.Columns) TKernel.Copy(from, to);
            else for (int column = 0; column < width; column++) to[column] = from[column];
        }
    }

    /// <summary>Turns columns that lie one after another: four at a time, so that each line of the packed rows is written while it is near.</summary>
    internal static void PackColumns(float* from, nint columnStride, int count, int width, float* to)
    {
        int column = 0;
        for (; column <= width - 4; column += 4, from += 4 * columnStride)
        {
            float* a = from, b = a + columnStride, c = b + columnStride, d = c + columnStride, put = to + column;
            for (int i = 0; i < count; i++, put += TKernel.Columns) Vector128.Store(Vector128.Create(a[i], b[i], c[i], d[i]), put);
        }

        for (; column < width; column++, from += columnStride)
        {
            for (int i = 0; i < count; i++) to[(i * TKernel.Columns) + column] = from[i];
        }
    }
}
