using RvcNative.Rvc.Imaging;

namespace RvcNative.Rvc.Tests.Imaging;

public class ChartAxisTests
{
    [Theory]
    [InlineData(0, 8, "0 2 4 6 8")]
    [InlineData(0, 2.99, "0 0.5 1 1.5 2 2.5")]
    [InlineData(-3, 7, "-2 0 2 4 6")]
    [InlineData(1, 612, "200 400 600")]
    [InlineData(-18, 499, "0 100 200 300 400")]
    [InlineData(0.0021, 0.0058, "0.003 0.004 0.005")]
    public void A_linear_axis_is_labelled_at_round_steps(double least, double largest, string texts) =>
        Assert.Equal(texts, Texts(new ChartAxis("x", least, largest)));

    [Theory]
    [InlineData(0.8, 140, "1 2 5 10 20 50 100")]
    [InlineData(0.02, 0.3, "0.02 0.05 0.1 0.2")]
    [InlineData(1, 1e6, "1 10 100 1000 10000 100000 1000000")]
    [InlineData(31, 39, "32 34 36 38")]
    public void A_logarithmic_axis_is_labelled_at_1_2_5(double least, double largest, string texts) =>
        Assert.Equal(texts, Texts(new ChartAxis("y", least, largest, AxisScale.Log)));

    [Fact]
    public void Equal_factors_are_equally_far_apart_on_a_logarithmic_axis()
    {
        ChartAxis axis = new("y", 0.1, 1000, AxisScale.Log);
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], new[] { 0.1, 1, 10, 100, 1000 }.Select(value => Math.Round(axis.Place(value), 12)));
        Assert.True(double.IsNaN(axis.Place(0)) && double.IsNaN(axis.Place(-3)));
    }

    [Fact]
    public void An_axis_around_values_holds_those_that_it_can_show()
    {
        ChartAxis axis = ChartAxis.Around("y", [double.NaN, -5, 0, 3, 30, double.PositiveInfinity], AxisScale.Log);
        Assert.InRange(axis.Place(3), 0, 0.2);
        Assert.InRange(axis.Place(30), 0.8, 1);
    }

    [Theory]
    [InlineData(AxisScale.Linear)]
    [InlineData(AxisScale.Log)]
    public void One_value_or_none_makes_an_axis_all_the_same(AxisScale scale)
    {
        Assert.InRange(ChartAxis.Around("y", [7, 7], scale).Place(7), 0.1, 0.9);
        Assert.NotEmpty(ChartAxis.Around("y", [], scale).Ticks());
    }

    [Theory]
    [InlineData(2, 2, AxisScale.Linear)]
    [InlineData(0, double.NaN, AxisScale.Linear)]
    [InlineData(0, 5, AxisScale.Log)]
    public void An_axis_without_extent_is_refused(double least, double largest, AxisScale scale) =>
        Assert.Contains("'loss'", Assert.Throws<ArgumentException>(() => new ChartAxis("loss", least, largest, scale)).Message, StringComparison.Ordinal);

    private static string Texts(ChartAxis axis) => string.Join(' ', axis.Ticks().Select(tick => tick.Text));
}
