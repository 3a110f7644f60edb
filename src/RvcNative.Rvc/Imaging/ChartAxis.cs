using System.Globalization;

namespace RvcNative.Rvc.Imaging;

/// <summary>How an axis spaces its values.</summary>
public enum AxisScale
{
    Linear,

    /// <summary>By the logarithm; values are above 0.</summary>
    Log,
}

/// <summary>One axis of a chart: where values lie on it, from 0 to 1, and which of them are labelled.</summary>
internal sealed class ChartAxis
{
    private const int WantedTicks = 6;
    private readonly AxisScale _scale;
    private readonly double _least, _largest;

    /// <param name="label">What is measured, with its unit.</param>
    /// <exception cref="ArgumentException">An end is not finite, the ends are in the wrong order, or a logarithmic axis does not begin above 0.</exception>
    internal ChartAxis(string label, double least, double largest, AxisScale scale = AxisScale.Linear)
    {
        bool isRange = double.IsFinite(least) && double.IsFinite(largest) && least < largest;
        if (!isRange || (scale == AxisScale.Log && least <= 0))
        {
            throw new ArgumentException($"a {(scale == AxisScale.Log ? "logarithmic" : "linear")} axis of '{label}' cannot go from {least} to {largest}");
        }

        (Label, _least, _largest, _scale) = (label, least, largest, scale);
    }

    internal string Label { get; }

    /// <summary>An axis that shows all finite values (on a logarithmic one, those above 0) with a little room.</summary>
    internal static ChartAxis Around(string label, IEnumerable<double> values, AxisScale scale)
    {
        double least = double.PositiveInfinity, largest = double.NegativeInfinity;
        foreach (double value in values)
        {
            if (!double.IsFinite(value) || (scale == AxisScale.Log && value <= 0)) continue;
            (least, largest) = (Math.Min(least, value), Math.Max(largest, value));
        }

        if (least > largest) (least, largest) = (1, 2);
        if (scale == AxisScale.Log) return new ChartAxis(label, least / 1.2, largest * 1.2, scale);
        double room = largest > least ? (largest - least) * 0.04 : Math.Max(1, Math.Abs(least));
        return new ChartAxis(label, least - room, largest + room);
    }

    /// <summary>0 at the axis' beginning, 1 at its end; NaN for a value that it cannot show.</summary>
    internal double Place(double value) => _scale == AxisScale.Log
        ? value > 0 ? Math.Log(value / _least) / Math.Log(_largest / _least) : double.NaN
        : (value - _least) / (_largest - _least);

    /// <summary>Round values on the axis, ascending, with their texts.</summary>
    internal IReadOnlyList<(double Value, string Text)> Ticks() =>
        [.. (_scale == AxisScale.Log ? LogTicks() : LinearTicks()).Select(value => (value, value.ToString("0.######", CultureInfo.InvariantCulture)))];

    // Steps of 1, 2 or 5 times a power of ten.
    private List<double> LinearTicks()
    {
        double rough = (_largest - _least) / WantedTicks, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        List<double> ticks = [];
        for (double n = Math.Ceiling(_least / step); n * step <= _largest; n++) ticks.Add((n * step) + 0.0);   // not -0
        return ticks;
    }

    // 1, 2 and 5 of every power of ten; over many of them the powers alone; within less than one as on a linear axis.
    private List<double> LogTicks()
    {
        List<double> ticks = [];
        bool isWide = _largest / _least > 1e4;
        for (int power = (int)Math.Floor(Math.Log10(_least)); power <= Math.Log10(_largest); power++)
        {
            foreach (int digit in (ReadOnlySpan<int>)(isWide ? [1] : [1, 2, 5]))
            {
                double value = digit * Math.Pow(10, power);
                if (value >= _least && value <= _largest) ticks.Add(value);
            }
        }

        return ticks.Count >= 2 ? ticks : LinearTicks();
    }
}
