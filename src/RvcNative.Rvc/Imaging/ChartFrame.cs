namespace RvcNative.Rvc.Imaging;

/// <summary>What charts have around their plot: a title, two axes with ticks, thin lines across where wanted.</summary>
internal sealed class ChartFrame
{
    internal const int FontScale = 2, GlyphWidth = BitmapFont.Advance * FontScale, GlyphHeight = BitmapFont.Capitals * FontScale;

    private const int Margin = 12, TickPixels = 6, Gap = 8;
    private static readonly Colour s_ink = new(60, 64, 72), s_lines = new(224, 227, 232);
    private readonly ChartAxis _x, _y;

    /// <param name="rightPixels">Room that is kept beside the plot, for a legend.</param>
    /// <exception cref="ArgumentException">The picture is too small for its labels.</exception>
    internal ChartFrame(int width, int height, string title, ChartAxis x, ChartAxis y, int rightPixels = 0)
    {
        (_x, _y) = (x, y);
        Canvas = new Canvas(width, height, new Colour(255, 255, 255));
        int widest = y.Ticks().Select(tick => tick.Text.Length).DefaultIfEmpty(0).Max();
        Left = Margin + (widest * GlyphWidth) + Gap + TickPixels;
        Top = Margin + (2 * GlyphHeight) + (3 * Gap);
        PlotWidth = width - Left - Margin - GlyphWidth - rightPixels;
        PlotHeight = height - Top - Margin - (2 * GlyphHeight) - (2 * Gap) - TickPixels;
        if (PlotWidth < 2 * GlyphWidth || PlotHeight < 2 * GlyphHeight) throw new ArgumentException($"a chart of {width} x {height} pixels has no room beside its labels");
        Canvas.Text(title, Margin, Margin, s_ink, FontScale);
        Canvas.Text(y.Label, Margin, Margin + GlyphHeight + Gap, s_ink, FontScale);
        Canvas.Text(x.Label, Left + PlotWidth - (x.Label.Length * GlyphWidth), height - Margin - GlyphHeight, s_ink, FontScale);
    }

    internal Canvas Canvas { get; }

    internal int Left { get; }

    internal int Top { get; }

    internal int PlotWidth { get; }

    internal int PlotHeight { get; }

    /// <summary>Pixels of a point; NaN where an axis cannot show it.</summary>
    internal (double X, double Y) Place(double x, double y) => (Left + (_x.Place(x) * (PlotWidth - 1)), Top + ((1 - _y.Place(y)) * (PlotHeight - 1)));

    /// <summary>The axes themselves, over what has been plotted.</summary>
    internal void DrawAxes()
    {
        Canvas.Fill(Left - 1, Top, 1, PlotHeight + 1, s_ink);
        Canvas.Fill(Left - 1, Top + PlotHeight, PlotWidth + 1, 1, s_ink);
        foreach ((double value, string text) in _y.Ticks())
        {
            int y = (int)Math.Round(Top + ((1 - _y.Place(value)) * (PlotHeight - 1)));
            Canvas.Fill(Left - TickPixels, y, TickPixels, 1, s_ink);
            Canvas.Text(text, Left - TickPixels - Gap - (text.Length * GlyphWidth) + FontScale, y - (GlyphHeight / 2), s_ink, FontScale);
        }

        foreach ((double value, string text) in _x.Ticks())
        {
            int x = (int)Math.Round(Left + (_x.Place(value) * (PlotWidth - 1)));
            Canvas.Fill(x, Top + PlotHeight, 1, TickPixels, s_ink);
            Canvas.Text(text, x - (text.Length * GlyphWidth / 2), Top + PlotHeight + TickPixels + (Gap / 2), s_ink, FontScale);
        }
    }

    /// <summary>Thin lines across at every tick.</summary>
    internal void DrawGrid()
    {
        foreach ((double value, _) in _y.Ticks()) Canvas.Fill(Left, (int)Math.Round(Top + ((1 - _y.Place(value)) * (PlotHeight - 1))), PlotWidth, 1, s_lines);
        foreach ((double value, _) in _x.Ticks()) Canvas.Fill((int)Math.Round(Left + (_x.Place(value) * (PlotWidth - 1))), Top, 1, PlotHeight, s_lines);
    }
}
