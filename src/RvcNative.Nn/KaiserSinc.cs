namespace RvcNative.Nn;

/// <summary>
/// Low-pass filters before a signal keeps every rate-th sample: a sinc under a Kaiser window (torchaudio.functional.resample, sinc_interp_kaiser,
/// where the old rate is a multiple of the new one).
/// </summary>
/// <param name="ZeroCrossings">Of the sinc on either side (lowpass_filter_width).</param>
/// <param name="Rolloff">Cut-off over the new rate's Nyquist frequency.</param>
/// <param name="Beta">Shape of the window.</param>
public readonly record struct KaiserSinc(int ZeroCrossings, double Rolloff, double Beta)
{
    /// <summary>With t = d * rolloff / rate: taps[R + d] = rolloff / rate * sinc(t) * I0(beta * sqrt(1 - (t / zeros)^2)) / I0(beta), where |t| is not above zeros.</summary>
    /// <returns>[2R+1], for <see cref="Core.Op.Decimate"/>.</returns>
    public float[] Taps(int rate)
    {
        int reach = Reach(rate);
        float[] taps = new float[(2 * reach) + 1];
        double scale = Rolloff / rate, whole = Bessel0(Beta);
        for (int d = 0; d <= reach; d++)
        {
            double t = Math.Min(d * scale, ZeroCrossings), ratio = t / ZeroCrossings;
            double sinc = d == 0 ? 1 : Math.Sin(Math.PI * t) / (Math.PI * t);
            taps[reach + d] = taps[reach - d] = (float)(scale * sinc * Bessel0(Beta * Math.Sqrt(1 - (ratio * ratio))) / whole);
        }

        return taps;
    }

    /// <summary>Samples that a kept one hangs on, on either side.</summary>
    public int Reach(int rate) => (int)Math.Ceiling(ZeroCrossings * rate / Rolloff);

    /// <summary>Modified Bessel function of the first kind, order 0: sum of ((x/2)^k / k!)^2.</summary>
    private static double Bessel0(double x)
    {
        double term = 1, sum = 1;
        for (int k = 1; term > 1e-18 * sum; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }

        return sum;
    }
}
