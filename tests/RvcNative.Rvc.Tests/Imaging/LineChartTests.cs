using RvcNative.Formats.Png;
using RvcNative.Rvc.Imaging;

namespace RvcNative.Rvc.Tests.Imaging;

public class LineChartTests
{
    private static readonly Colour s_red = new(220, 0, 0), s_blue = new(0, 0, 220);

    [Fact]
    public void A_rising_curve_goes_from_the_lower_left_to_the_upper_right()
    {
        PngImage image = Draw(new ChartSeries("", [0, 1, 2], [10, 20, 30], s_red));
        IReadOnlyList<(int X, int Y)> curve = image.Of(s_red);
        (int X, int Y) first = curve.MinBy(place => place.X), last = curve.MaxBy(place => place.X);
        Assert.True(first.Y - last.Y > 120 && last.X - first.X > 300, $"from {first} to {last}");
    }

    [Fact]
    public void Equal_factors_are_a_straight_line_on_a_logarithmic_axis()
    {
        ChartSeries series = new("", [0, 1, 2, 3, 4], [1, 10, 100, 1000, 10000], s_red);
        double[] offLine = [.. new[] { AxisScale.Log, AxisScale.Linear }.Select(scale => OffLine(new LineChart("", "", "", [series], scale).Draw(500, 300).Of(s_red)))];
        Assert.InRange(offLine[0], 0, 2);
        Assert.InRange(offLine[1], 50, 300);
    }

    [Fact]
    public void A_curve_breaks_where_it_has_no_value()
    {
        PngImage whole = Draw(new ChartSeries("", [0, 1, 2, 3], [5, 5, 5, 6], s_red, 3)), broken = Draw(new ChartSeries("", [0, 1, 1.5, 2, 3], [5, 5, double.NaN, 5, 6], s_red, 3));
        int[] columns = [.. broken.Of(s_red).Select(place => place.X).Distinct()], all = [.. whole.Of(s_red).Select(place => place.X).Distinct()];
        Assert.InRange(all.Length - columns.Length, all.Length / 5, all.Length / 2);
    }

    [Fact]
    public void The_legend_lists_named_curves_beside_the_plot()
    {
        ChartSeries[] unnamed = [new("", [0, 1], [0, 1], s_red), new("", [0, 1], [1, 0], s_blue)];
        int widest = Draw(unnamed).Of(s_red).Max(place => place.X);
        PngImage image = Draw(unnamed[0] with { Name = "rises" }, unnamed[1]);
        int curveEnd = image.Of(s_blue).Max(place => place.X);
        Assert.True(curveEnd < widest - 60, "the plot leaves room");
        Assert.Contains(image.Of(s_red), place => place.X > curveEnd + 10);
    }

    [Fact]
    public void All_is_inside_the_picture_and_the_same_every_time()
    {
        LineChart chart = new("losses", "step", "loss", [new("mel", [1, 2, 3], [100, 50, 40], s_red), new("kl", [1, 2, 3], [70, 3, 1], s_blue)], AxisScale.Log);
        PngImage image = chart.Draw(700, 300);
        Assert.Equal(image.Pixels, chart.Draw(700, 300).Pixels);
        Colour paper = new(255, 255, 255);
        Assert.All(Enumerable.Range(0, 700), x => Assert.True(image.At(x, 0) == paper && image.At(x, 299) == paper));
        Assert.All(Enumerable.Range(0, 300), y => Assert.True(image.At(0, y) == paper && image.At(699, y) == paper));
    }

    [Fact]
    public void A_chart_without_values_is_drawn_empty() => Assert.Empty(Draw(new ChartSeries("", [], [], s_red)).Of(s_red));

    [Fact]
    public void A_curve_with_a_value_missing_is_refused() =>
        Assert.Contains("3 x and 2 y", Assert.Throws<ArgumentException>(() => Draw(new ChartSeries("mel", [1, 2, 3], [1, 2], s_red))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_picture_too_small_for_its_labels_is_refused() =>
        Assert.Throws<ArgumentException>(() => new LineChart("", "", "", [new("a long name of a curve", [1, 2], [1, 2], s_red)]).Draw(200, 100));

    private static PngImage Draw(params ChartSeries[] series) => new LineChart("title", "step", "loss", series).Draw(500, 300);

    // Largest distance, in rows, of a curve's pixels from the line between its ends.
    private static double OffLine(IReadOnlyList<(int X, int Y)> curve)
    {
        (int X, int Y) first = curve.MinBy(place => place.X), last = curve.MaxBy(place => place.X);
        double slope = (double)(last.Y - first.Y) / (last.X - first.X);
        return curve.Max(place => Math.Abs(place.Y - first.Y - (slope * (place.X - first.X))));
    }
}
