using System.Numerics;

namespace RvcNative.Audio;

/// <summary>
/// Butterworth high-pass design as scipy.signal.butter does it: analogue poles, low-pass to high-pass, bilinear transform. To the same bits, in numpy's order of operations: a unit in the
/// last place of a coefficient moves what passes 48 Hz at 48 kHz by 1e-5.
/// </summary>
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
        Complex zeroProduct = 1, poleProduct = 1, prototypes = 1;
        for (int n = 0; n < order; n++)
        {
            Complex prototype = -Complex.Exp(new Complex(0, Math.PI * (-order + 1 + 2 * n) / (2.0 * order)));
            Complex s = Divide(warped, prototype);
            prototypes *= -prototype;
            zeroProduct *= 4;
            poleProduct *= 4 - s;
            poles[n] = Divide(4 + s, 4 - s);
            zeros[n] = 1;
        }
        double gain = Divide(1, prototypes).Real * Divide(zeroProduct, poleProduct).Real;
        double[] b = Polynomial(zeros), a = Polynomial(poles);
        for (int n = 0; n < b.Length; n++) b[n] *= gain;
        return new IirFilter(b, a);
    }

    // Product of (x - root). Real products are summed before imaginary ones are taken off, as numpy's dot does.
    private static double[] Polynomial(Complex[] roots)
    {
        Complex[] c = new Complex[roots.Length + 1];
        c[0] = 1;
        for (int n = 0; n < roots.Length; n++)
        {
            double real = -roots[n].Real, imaginary = -roots[n].Imaginary;
            for (int k = n + 1; k > 0; k--)
            {
                Complex before = c[k - 1];
                c[k] = new Complex(
                    c[k].Real + before.Real * real - before.Imaginary * imaginary, before.Real * imaginary + (c[k].Imaginary + before.Imaginary * real));
            }
        }
        return [.. c.Select(value => value.Real)];
    }

    // Smith's division with one reciprocal, as numpy has it; Complex's own rounds elsewhere.
    private static Complex Divide(Complex x, Complex y)
    {
        if (Math.Abs(y.Real) >= Math.Abs(y.Imaginary))
        {
            double ratio = y.Imaginary / y.Real, scale = 1 / (y.Real + y.Imaginary * ratio);
            return new Complex((x.Real + x.Imaginary * ratio) * scale, (x.Imaginary - x.Real * ratio) * scale);
        }
        else
        {
            double ratio = y.Real / y.Imaginary, scale = 1 / (y.Imaginary + y.Real * ratio);
            return new Complex((x.Real * ratio + x.Imaginary) * scale, (x.Imaginary * ratio - x.Real) * scale);
        }
    }
}
