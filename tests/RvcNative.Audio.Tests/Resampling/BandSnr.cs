using System.Numerics;

namespace RvcNative.Audio.Tests;

/// <summary>Signal to noise below a frequency, as the goldens' README defines it (audio-resample): by a DFT of the whole, ends faded over 50 ms.</summary>
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

    private static double Power(double[] x, int bins) => Dft([.. x.Select(v => new Complex(v, 0))]).Take(bins).Sum(z => z.Real * z.Real + z.Imaginary * z.Imaginary);

    // Any length by its factors: X[k] = sum_r w^(rk) X_r[k mod n/p], over the p interleaved parts.
    private static Complex[] Dft(Complex[] x)
    {
        int n = x.Length, p = 2;
        if (n == 1) return x;
        while (n % p != 0) p++;
        int m = n / p;
        Complex[][] parts = [.. Enumerable.Range(0, p).Select(r => Dft([.. Enumerable.Range(0, m).Select(i => x[i * p + r])]))];
        Complex[] y = new Complex[n];
        for (int k = 0; k < n; k++)
            for (int r = 0; r < p; r++) y[k] += Complex.FromPolarCoordinates(1, -2 * Math.PI * ((long)r * k % n) / n) * parts[r][k % m];
        return y;
    }
}
