using RvcNative.Formats.Png;
using RvcNative.Rvc.Imaging;

namespace RvcNative.Rvc.Tests.Imaging;

public class HeatMapTests
{
    private static readonly Colour s_least = new(68, 1, 84), s_largest = new(253, 231, 37), s_black = new(0, 0, 0);

    [Fact]
    public void Time_runs_to_the_right_and_bands_upward()
    {
        // 3 frames of 2 bands; the largest value is in the last frame's upper band.
        PngImage image = HeatMap.Of([0, 0, 0, 0, 0, 9], bands: 2, width: 6, height: 4);
        Assert.Equal([(4, 0), (5, 0), (4, 1), (5, 1)], image.Of(s_largest));
        Assert.Equal((6 * 4) - 4, image.Of(s_least).Count);
    }

    [Fact]
    public void More_frames_than_pixels_are_skipped()
    {
        float[] values = [.. Enumerable.Range(0, 1000).Select(frame => (float)frame)];
        PngImage image = HeatMap.Of(values, bands: 1, width: 10, height: 1);
        Assert.Equal(s_least, image.At(0, 0));
        Assert.Equal(10, image.Pixels.Chunk(3).Select(pixel => (pixel[0], pixel[1], pixel[2])).Distinct().Count());
    }

    [Fact]
    public void Values_beyond_the_given_range_take_its_ends_colours()
    {
        PngImage image = HeatMap.Of([-100, -10, 0, 50], bands: 1, width: 4, height: 1, least: -10, largest: 0);
        Assert.Equal([s_least, s_least, s_largest, s_largest], Enumerable.Range(0, 4).Select(x => image.At(x, 0)));
    }

    [Fact]
    public void Values_that_are_not_finite_are_black_and_do_not_count()
    {
        PngImage image = HeatMap.Of([float.NaN, 1, float.PositiveInfinity, 2], bands: 1, width: 4, height: 1);
        Assert.Equal([s_black, s_least, s_black, s_largest], Enumerable.Range(0, 4).Select(x => image.At(x, 0)));
    }

    [Fact]
    public void Equal_values_make_one_colour() => Assert.Equal(12, HeatMap.Of([3, 3, 3, 3], bands: 2, width: 4, height: 3).Of(s_least).Count);
}
