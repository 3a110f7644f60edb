namespace RvcNative.Core.Tests;

/// <summary>The losses as their formulas say them, and the gradient of any loss by finite differences.</summary>
internal static class ReferenceLosses
{
    internal static double SquaredError(double[] x, double target) => x.Average(value => (value - target) * (value - target));

    internal static double AbsoluteError(double[] x, double[] target) => x.Zip(target, (a, b) => Math.Abs(a - b)).Average();

    /// <summary>z [B,T,C]; q, p [B,T,2C]; mask [B,T].</summary>
    internal static double KlDivergence(double[] z, double[] q, double[] p, double[] mask)
    {
        int channels = z.Length / mask.Length;
        double sum = 0;
        for (int row = 0; row < mask.Length; row++)
        {
            for (int c = 0; c < channels; c++)
            {
                int mean = (row * 2 * channels) + c, logs = mean + channels;
                double d = z[(row * channels) + c] - p[mean];
                sum += mask[row] * (p[logs] - q[logs] - 0.5 + (0.5 * d * d * Math.Exp(-2 * p[logs])));
            }
        }

        return sum / mask.Sum();
    }

    /// <summary>Central differences, of fourth order, in each element of x.</summary>
    internal static double[] Gradient(Func<double[], double> loss, double[] x) =>
        [.. x.Select((_, i) => Slope(loss, x, [.. x.Select((_, at) => at == i ? 1.0 : 0)]))];

    /// <summary>Derivative of the loss when x moves along a direction, by central differences of fourth order.</summary>
    internal static double Slope(Func<double[], double> loss, double[] x, double[] along)
    {
        const double h = 1e-3;
        return ((8 * (At(h) - At(-h))) - (At(2 * h) - At(-2 * h))) / (12 * h);

        double At(double step) => loss([.. x.Zip(along, (value, d) => value + (step * d))]);
    }
}
