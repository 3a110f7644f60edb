using System.Numerics;

namespace RvcNative.Audio.Tests;

/// <summary>Signal to noise below a frequency by a DFT of the whole, its ends faded over 50 ms (goldens' README, audio-resample).</summary>
internal static class BandSnr
{
    internal static double Decibels(float[] reference, float[] got, int rateHz, double passHz)
    {
        int n = reference.Length, fade = rateHz / 20;
        double[] signal = new double[n], error = new double[n];
        for (int i = 0; i < n; i++)
        {
            int edge = Math.Min(i, n - 1 - i);
            double window = edge >= fade ? 1 : 0.5 - 0.5 * Math.Cos(Math.PI * (edge + 0.5) / fade);
            signal[i] = window * reference[i];
            error[i] = window * ((double)got[i] - reference[i]);
        }
        int bins = (int)Math.Ceiling(passHz * n / rateHz);
        return 10 * Math.Log10(Power(signal, bins) / Power(error, bins));
    }

    private static double Power(double[] x, int bins)
    {
        Complex[] roots = [.. Enumerable.Range(0, x.Length).Select(k => Complex.FromPolarCoordinates(1, -2 * Math.PI * k / x.Length))];
        Complex[] spectrum = new Complex[x.Length];
        Dft(x, 0, 1, spectrum, roots);
        return spectrum.Take(bins).Sum(z => z.Real * z.Real + z.Imaginary * z.Imaginary);
    }

    // Any length by its factors, of every stride-th sample: Y[k] = sum_r w^(rk) Y_r[k mod n / p], over the p interleaved parts.
    private static void Dft(double[] x, int first, int stride, Span<Complex> y, Complex[] roots)
    {
        int n = y.Length, p = 2;
        if (n == 1)
        {
            y[0] = x[first];
            return;
        }
        while (n % p != 0) p++;
        int m = n / p;
        Complex[] parts = new Complex[n];
        for (int r = 0; r < p; r++) Dft(x, first + r * stride, stride * p, parts.AsSpan(r * m, m), roots);
        for (int k = 0; k < n; k++)
        {
            Complex sum = parts[k % m];
            for (int r = 1; r < p; r++) sum += roots[(int)((long)r * k % n) * stride] * parts[r * m + k % m];
            y[k] = sum;
        }
    }
}
