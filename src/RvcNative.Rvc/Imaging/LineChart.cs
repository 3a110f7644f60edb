using RvcNative.Formats.Png;

namespace RvcNative.Rvc.Imaging;

/// <summary>One curve of a chart: a value for every x.</summary>
/// <param name="Name">For the legend; empty for a curve that is not listed there.</param>
/// <param name="Thickness">Pixels.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, Colour Colour, double Thickness = 2);

/// <summary>Curves over one pair of axes, as a picture.</summary>
/// <param name="XLabel">What x counts, at the lower right.</param>
/// <param name="YLabel">What y measures, at the upper left.</param>
public sealed record LineChart(string Title, string XLabel, string YLabel, IReadOnlyList<ChartSeries> Series, AxisScale YScale = AxisScale.Linear)
{
    private const int LegendSample = 28, LegendGap = 10, LegendRow = ChartFrame.GlyphHeight + 12;
    private static readonly Colour s_ink = new(60, 64, 72);

    /// <summary>Draws all curves; they break where a value is not finite or the axis cannot show it.</summary>
    /// <exception cref="ArgumentException">A curve has not one value for every x, or the picture is too small for its labels.</exception>
    public PngImage Draw(int width, int height)
    {
        foreach (ChartSeries series in Series)
        {
            if (series.X.Count != series.Y.Count) throw new ArgumentException($"the curve '{series.Name}' has {series.X.Count} x and {series.Y.Count} y");
        }

        ChartSeries[] named = [.. Series.Where(series => series.Name.Length > 0)];
        int legendWidth = named.Length == 0 ? 0 : (named.Max(series => series.Name.Length) * ChartFrame.GlyphWidth) + LegendSample + (2 * LegendGap);
        ChartFrame frame = new(
            width, height, Title,
            ChartAxis.Around(XLabel, Series.SelectMany(series => series.X), AxisScale.Linear),
            ChartAxis.Around(YLabel, Series.SelectMany(series => series.Y), YScale), legendWidth);
        frame.DrawGrid();
        foreach (ChartSeries series in Series) Plot(frame, series);
        frame.DrawAxes();
        DrawLegend(frame, named);
        return frame.Canvas.ToImage();
    }

    private static void Plot(ChartFrame frame, ChartSeries series)
    {
        List<(double X, double Y)> points = [];
        for (int i = 0; i < series.X.Count; i++)
        {
            (double X, double Y) point = frame.Place(series.X[i], series.Y[i]);
            if (double.IsFinite(point.X) && double.IsFinite(point.Y))
            {
                points.Add(point);
                continue;
            }

            frame.Canvas.Polyline(points, series.Thickness, series.Colour);
            points.Clear();
        }

        frame.Canvas.Polyline(points, series.Thickness, series.Colour);
    }

    private static void DrawLegend(ChartFrame frame, ChartSeries[] named)
    {
        int left = frame.Left + frame.PlotWidth + LegendGap;
        for (int i = 0; i < named.Length; i++)
        {
            int top = frame.Top + (i * LegendRow), middle = top + (ChartFrame.GlyphHeight / 2);
            frame.Canvas.Polyline([(left, middle), (left + LegendSample, middle)], Math.Max(2, named[i].Thickness), named[i].Colour);
            frame.Canvas.Text(named[i].Name, left + LegendSample + LegendGap, top, s_ink, ChartFrame.FontScale);
        }
    }
}
