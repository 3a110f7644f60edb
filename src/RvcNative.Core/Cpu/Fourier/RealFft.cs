using System.Collections.Concurrent;
using System.Numerics;

namespace RvcNative.Core.Cpu.Fourier;

/// <summary>
/// The transform of real signals of an even length N, and its adjoint, by a complex one of half the length (Press et al. 2007,
/// "Numerical recipes", 12.3.2). One signal a lane of Vector&lt;double&gt;. A spectrum is N/2 + 1 pairs of vectors, real and imaginary part.
/// </summary>
internal sealed unsafe class RealFft
{
    private static readonly ConcurrentDictionary<int, RealFft> s_plans = new();
    private readonly int _half;
    private readonly ComplexFft _fft;
    private readonly double[] _turns;   // exp(-2 pi i k / N), k <= N/2

    private RealFft(int samples)
    {
        if (samples < 2 || samples % 2 != 0) throw new ArgumentException($"a real transform of {samples} samples; only even lengths are supported");
        _half = samples / 2;
        _fft = new ComplexFft(_half);
        _turns = new double[2 * (_half + 1)];
        for (int k = 0; k <= _half; k++) (_turns[(2 * k) + 1], _turns[2 * k]) = Math.SinCos(-Math.PI * k / _half);
    }

    /// <summary>Signals that are transformed at once.</summary>
    internal static int Lanes => Vector<double>.Count;

    /// <summary>The plan for a length, made once.</summary>
    internal static RealFft Of(int samples) => s_plans.GetOrAdd(samples, static length => new RealFft(length));

    /// <summary>X_k = sum_n x_n exp(-2 pi i k n / N).</summary>
    /// <param name="x">[N]; overwritten, as is work [N].</param>
    /// <param name="spectrum">[N/2 + 1] pairs.</param>
    internal void Forward(Vector<double>* x, Vector<double>* work, Vector<double>* spectrum)
    {
        // z_j = x_2j + i x_2j+1 is x as it lies. With Z' = conj Z_{M-k}:   X_k = (Z + Z') / 2 - i exp(-2 pi i k / N) (Z - Z') / 2
        Vector<double>* z = _fft.Transform(x, work);
        (spectrum[0], spectrum[1]) = (z[0] + z[1], Vector<double>.Zero);
        (spectrum[2L * _half], spectrum[(2L * _half) + 1]) = (z[0] - z[1], Vector<double>.Zero);
        for (int k = 1; k < _half; k++)
        {
            Vector<double>* a = z + (2L * k), b = z + (2L * (_half - k)), to = spectrum + (2L * k);
            Vector<double> re = (a[0] - b[0]) * 0.5, im = (a[1] + b[1]) * 0.5;
            (double cosine, double sine) = (_turns[2 * k], _turns[(2 * k) + 1]);
            to[0] = ((a[0] + b[0]) * 0.5) + (re * sine) + (im * cosine);
            to[1] = ((a[1] - b[1]) * 0.5) - (re * cosine) + (im * sine);
        }
    }

    /// <summary>
    /// Gradient of the samples from that of the spectrum's parts:   dx_n = sum_k dRe_k cos(2 pi k n / N) - dIm_k sin(2 pi k n / N), k = 0 … N/2.
    /// </summary>
    /// <param name="spectrum">[N/2 + 1] pairs.</param>
    /// <param name="x">[N]; overwritten, as is work [N].</param>
    /// <returns>x or work; sample n is its vector n ^ 1 (each pair of samples is swapped).</returns>
    internal Vector<double>* Adjoint(Vector<double>* spectrum, Vector<double>* x, Vector<double>* work)
    {
        // The real signal of the Hermitian spectrum Y with Y_k = dX_k / 2 inside and the real part at both ends: its samples 2j and 2j+1 are
        // the parts of the inverse transform of   Z_k = (Y_k + Y') + i exp(2 pi i k / N) (Y_k - Y'),   Y' = conj Y_{M-k}.
        // A forward transform of parts swapped is the inverse one of parts swapped.
        for (int k = 0; k < _half; k++)
        {
            Vector<double>* a = spectrum + (2L * k), b = spectrum + (2L * (_half - k));
            double scale = k == 0 ? 1 : 0.5;
            Vector<double> aIm = k == 0 ? Vector<double>.Zero : a[1], bIm = k == 0 ? Vector<double>.Zero : b[1];
            Vector<double> re = a[0] - b[0], im = aIm + bIm;
            (double cosine, double sine) = (_turns[2 * k], -_turns[(2 * k) + 1]);
            x[2L * k] = (aIm - bIm + (re * cosine) - (im * sine)) * scale;
            x[(2L * k) + 1] = (a[0] + b[0] - (re * sine) - (im * cosine)) * scale;
        }

        return _fft.Transform(x, work);
    }
}
