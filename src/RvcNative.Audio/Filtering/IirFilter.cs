namespace RvcNative.Audio;

/// <summary>A recursive filter b(z) / a(z), a[0] = 1, in direct form II transposed and double, as scipy.signal runs it. Immutable.</summary>
public sealed class IirFilter
{
    private readonly double[] _b, _a;

    /// <exception cref="ArgumentException">The two have different lengths, fewer than two coefficients, or a[0] is not 1.</exception>
    public IirFilter(ReadOnlySpan<double> numerator, ReadOnlySpan<double> denominator)
    {
        if (numerator.Length != denominator.Length || numerator.Length < 2 || denominator[0] != 1)
            throw new ArgumentException(
                $"A filter wants numerator and denominator of one length >= 2 and a[0] = 1, got {numerator.Length} and {denominator.Length}.",
                nameof(denominator));
        _b = numerator.ToArray();
        _a = denominator.ToArray();
    }

    public ReadOnlySpan<double> Numerator => _b;

    public ReadOnlySpan<double> Denominator => _a;

    /// <summary>Causal filtering from rest (scipy's lfilter).</summary>
    public double[] Forward(ReadOnlySpan<double> x)
    {
        double[] y = x.ToArray();
        Run(y, new double[_b.Length - 1]);
        return y;
    }

    /// <inheritdoc cref="Forward(ReadOnlySpan{double})"/>
    public double[] Forward(ReadOnlySpan<float> x)
    {
        double[] y = Widen(x);
        Run(y, new double[_b.Length - 1]);
        return y;
    }

    // In place, going on from a state: y = b0 x + z0;   z_k = b_(k+1) x + z_(k+1) - a_(k+1) y
    internal void Run(Span<double> signal, double[] z)
    {
        double[] b = _b, a = _a;
        int last = z.Length - 1;
        foreach (ref double sample in signal)
        {
            double x = sample, y = b[0] * x + z[0];
            for (int k = 0; k < last; k++) z[k] = b[k + 1] * x + z[k + 1] - a[k + 1] * y;
            z[last] = b[last + 1] * x - a[last + 1] * y;
            sample = y;
        }
    }

    // The state that a constant input of 1 leads to (scipy's lfilter_zi).
    internal double[] SteadyState()
    {
        double sumB = 0, sumA = 1;
        for (int k = 1; k < _b.Length; k++)
        {
            sumB += _b[k] - _a[k] * _b[0];
            sumA += _a[k];
        }
        double[] z = new double[_b.Length - 1];
        z[0] = sumB / sumA;
        double a = 1, c = 0;
        for (int k = 1; k < z.Length; k++)
        {
            a += _a[k];
            c += _b[k] - _a[k] * _b[0];
            z[k] = a * z[0] - c;
        }
        return z;
    }

    private static double[] Widen(ReadOnlySpan<float> x)
    {
        double[] wide = new double[x.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = x[i];
        return wide;
    }
}
