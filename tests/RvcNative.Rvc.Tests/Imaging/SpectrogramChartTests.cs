using RvcNative.Formats.Png;
using RvcNative.Rvc.Imaging;

namespace RvcNative.Rvc.Tests.Imaging;

public class SpectrogramChartTests
{
    private static readonly Colour s_quietest = new(68, 1, 84);

    [Theory]
    [InlineData(1000, 16000)]
    [InlineData(6000, 16000)]
    [InlineData(2000, 40000)]
    public void A_tone_is_a_line_at_its_height(double toneHz, int sampleRateHz)
    {
        float[] tone = [.. Enumerable.Range(0, sampleRateHz).Select(n => 0.5f * (float)Math.Sin(2 * Math.PI * toneHz * n / sampleRateHz))];
        PngImage image = SpectrogramChart.Draw("tone", tone, sampleRateHz, 500, 300);
        int middle = image.Width / 2;
        int[] plot = [.. Enumerable.Range(0, image.Height).Where(y => !IsGrey(image.At(middle, y)))];
        int brightest = plot.MaxBy(y => image.At(middle, y).Green);
        double height = (double)(plot[^1] - brightest) / (plot[^1] - plot[0]);
        Assert.InRange(height, (toneHz / 8000) - 0.02, (toneHz / 8000) + 0.02);
        Assert.Equal(s_quietest, image.At(middle, height > 0.5 ? plot[^1] - 20 : plot[0] + 20));
    }

    [Fact]
    public void Silence_is_dark_all_over()
    {
        PngImage image = SpectrogramChart.Draw("silence", new float[8000], 16000, 400, 200);
        Assert.DoesNotContain(new Colour(253, 231, 37), Enumerable.Range(0, 200).Select(y => image.At(200, y)));
        Assert.Contains(s_quietest, Enumerable.Range(0, 200).Select(y => image.At(200, y)));
    }

    [Fact]
    public void Less_than_a_window_is_refused() => Assert.Throws<ArgumentException>(() => SpectrogramChart.Draw("short", new float[100], 16000, 400, 200));

    private static bool IsGrey(Colour colour) => Math.Abs(colour.Red - colour.Green) < 16 && Math.Abs(colour.Green - colour.Blue) < 16;
}
