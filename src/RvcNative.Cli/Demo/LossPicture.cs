using RvcNative.Formats.Png;
using RvcNative.Rvc.Imaging;

namespace RvcNative.Cli.Demo;

/// <summary>The loss curves of a demo's training, with the line that the mel loss must fall under.</summary>
internal static class LossPicture
{
    private const int Smoothing = 10;

    internal static PngImage Draw(LossHistory losses, int width, int height)
    {
        double[] steps = [.. Enumerable.Range(1, losses.Steps).Select(step => (double)step)];
        double half = losses.Began * DemoPlan.WantedRatio;
        return new LineChart("losses of the training", "step", "loss, its weight applied", [
            new ChartSeries("", steps, losses.Mel, new Colour(168, 196, 232), 1),
            new ChartSeries($"mel (mean of {Smoothing})", steps, Smooth(losses.Mel), new Colour(24, 92, 176), 3),
            new ChartSeries("half of where mel began", [1, losses.Steps], [half, half], new Colour(120, 124, 132), 1),
            new ChartSeries("kl", steps, Smooth(losses.Kl), new Colour(200, 92, 24)),
            new ChartSeries("discriminator", steps, Smooth(losses.Discriminator), new Colour(140, 60, 140)),
            new ChartSeries("generator", steps, Smooth(losses.Generator), new Colour(40, 136, 72)),
            new ChartSeries("feature matching", steps, Smooth(losses.FeatureMatching), new Colour(190, 150, 20)),
        ], AxisScale.Log).Draw(width, height);
    }

    // Mean of a step and those before it, ten in all.
    private static double[] Smooth(IReadOnlyList<double> values)
    {
        double[] means = new double[values.Count];
        double sum = 0;
        for (int i = 0; i < means.Length; i++)
        {
            sum += values[i] - (i >= Smoothing ? values[i - Smoothing] : 0);
            means[i] = sum / Math.Min(i + 1, Smoothing);
        }

        return means;
    }
}
