namespace RvcNative.Core.Tests;

/// <summary>Activations in double.</summary>
internal static class ReferenceActivate
{
    internal static double Of(double v, Activation activation, double slope = 0) => activation switch
    {
        Activation.None => v,
        Activation.Tanh => Math.Tanh(v),
        Activation.Gelu => Gelu(v),
        Activation.Silu => v * Sigmoid(v),
        Activation.Sigmoid => Sigmoid(v),
        _ => v > 0 ? v : slope * v,
    };

    internal static double Gelu(double x) => double.IsNegativeInfinity(x) ? 0 : x * NormalBelow(x);

    internal static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>
    /// Phi(x), relative error near 1e-15 on both sides: the series erf(z) = 2 / sqrt(pi) e^(-z^2) sum 2^n z^(2n+1) / (2n+1)!! near 0, Laplace's continued fraction of
    /// erfc outside.
    /// </summary>
    internal static double NormalBelow(double x)
    {
        double z = Math.Abs(x) / Math.Sqrt(2), outside;
        if (z > 30) outside = 0;
        else if (z < 2)
        {
            double term = z, sum = z;
            for (int n = 1; n < 60; n++) sum += term *= 2 * z * z / ((2 * n) + 1);
            outside = 1 - (2 / Math.Sqrt(Math.PI) * Math.Exp(-z * z) * sum);
        }
        else
        {
            double fraction = z;
            for (int n = 120; n > 0; n--) fraction = z + (n / 2.0 / fraction);
            outside = Math.Exp(-z * z) / Math.Sqrt(Math.PI) / fraction;
        }

        return x < 0 ? outside / 2 : 1 - (outside / 2);
    }
}
