using System.Numerics;

namespace RvcNative.Audio;

/// <summary>Butterworth high-pass design as scipy.signal.butter does it: analogue poles, low-pass to high-pass, bilinear transform.</summary>
public static class Butterworth
{
    /// <summary>The filter every recording passes in training and conversion: order 5 at 48 Hz.</summary>
    public static IirFilter SpeechHighPass(int sampleRateHz) => HighPass(5, 48, sampleRateHz);

    /// <summary>butter(order, cutoffHz, "high", fs=sampleRateHz) as numerator and denominator.</summary>
    public static IirFilter HighPass(int order, double cutoffHz, double sampleRateHz)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(order);
        if (!(cutoffHz > 0 && cutoffHz < sampleRateHz / 2))
            throw new ArgumentOutOfRangeException(nameof(cutoffHz),
                $"A cutoff of {cutoffHz} Hz does not lie between 0 and half the rate of {sampleRateHz} Hz.");
        double warped = 4 * Math.Tan(Math.PI * cutoffHz / sampleRateHz);      // 2 fs tan(w / 2 fs) at fs = 2

        // Prototype pole p = -exp(i pi m / 2N); high-pass warped / p; bilinear (4 + s) / (4 - s). All zeros end at z = 1.
        Complex[] poles = new Complex[order], zeros = new Complex[order];
        Complex product = 1, prototypes = 1;
        for (int n = 0; n < order; n++)
        {
            Complex prototype = -Complex.Exp(new Complex(0, Math.PI * (-order + 1 + 2 * n) / (2.0 * order)));
            Complex s = warped / prototype;
            prototypes *= -prototype;
            product *= 4 / (4 - s);
            poles[n] = (4 + s) / (4 - s);
            zeros[n] = 1;
        }
        double gain = (1 / prototypes).Real * product.Real;
        double[] b = Polynomial(zeros), a = Polynomial(poles);
        for (int n = 0; n < b.Length; n++) b[n] *= gain;
        return new IirFilter(b, a);
    }

    private static double[] Polynomial(Complex[] roots)
    {
        Complex[] c = new Complex[roots.Length + 1];
        c[0] = 1;
        for (int n = 0; n < roots.Length; n++)
            for (int k = n + 1; k > 0; k--) c[k] -= roots[n] * c[k - 1];
        return [.. c.Select(value => value.Real)];
    }
}
