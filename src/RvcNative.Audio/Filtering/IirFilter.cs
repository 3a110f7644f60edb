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

    /// <summary>
    /// Filtering forward and backward, without delay (scipy's filtfilt): the signal is extended at both ends by its odd mirror image, 3 times the
    /// filter's length, and each pass starts in the steady state of its first sample. A signal too short for that is extended as far
    /// as it reaches (scipy refuses it).
    /// </summary>
    public double[] ForwardBackward(ReadOnlySpan<double> x)
    {
        if (x.IsEmpty) return [];
        int margin = Margin(x.Length);
        double[] y = new double[x.Length + 2 * margin];
        x.CopyTo(y.AsSpan(margin));
        ForwardBackward(y, margin);
        return y[margin..^margin];
    }

    /// <summary>Samples by which a signal is extended at each end.</summary>
    public int Margin(int samples) => Math.Min(3 * _b.Length, samples - 1);

    /// <summary>As <see cref="ForwardBackward(ReadOnlySpan{double})"/> in place, of a signal with room for its <see cref="Margin"/> at each end, for long ones.</summary>
    public void ForwardBackward(Span<double> y, int margin)
    {
        Span<double> x = y[margin..^margin];
        for (int i = 1; i <= margin; i++)
        {
            y[margin - i] = 2 * x[0] - x[i];
            y[margin + x.Length - 1 + i] = 2 * x[^1] - x[^(i + 1)];
        }
        double[] steady = SteadyState();
        for (int pass = 0; pass < 2; pass++)
        {
            double first = y[0];
            Run(y, [.. steady.Select(z => z * first)]);
            y.Reverse();
        }
    }

    /// <inheritdoc cref="ForwardBackward(ReadOnlySpan{double})"/>
    public double[] ForwardBackward(ReadOnlySpan<float> x) => ForwardBackward(Widen(x));

    // y = b0 x + z0;   z_k = b_(k+1) x + z_(k+1) - a_(k+1) y
    private void Run(Span<double> signal, double[] z)
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
    private double[] SteadyState()
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
