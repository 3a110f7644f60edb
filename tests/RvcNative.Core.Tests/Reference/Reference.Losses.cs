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
    internal static double[] Gradient(Func<double[], double> loss, double[] x)
    {
        const double h = 1e-3;
        return [.. x.Select((value, i) => ((8 * (At(i, value + h) - At(i, value - h))) - (At(i, value + (2 * h)) - At(i,
            value - (2 * h)))) / (12 * h))];

        double At(int i, double value)
        {
            double[] moved = [.. x];
            moved[i] = value;
            return loss(moved);
        }
    }
}
