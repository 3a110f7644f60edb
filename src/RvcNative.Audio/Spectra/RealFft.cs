using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RvcNative.Audio;

/// <summary>
/// Discrete Fourier transform of N real values, N a power of two, in double: N / 2 complex values by the iterative radix-2 algorithm (Cooley and
/// Tukey 1965), then split into the real signal's bins. Several values at once have the bits of one after the other. Immutable; the caller lends the scratch space.
/// </summary>
public sealed class RealFft
{
    private readonly int _half;
    private readonly int[] _reversed;                        // bit-reversed order of the N / 2 complex values
    private readonly double[] _cos, _sin;                    // cos, sin(2 pi k / N), k < N / 2
    private readonly double[] _turnCos, _turnSin;            // at span + j: cos, sin(2 pi j / 2 span), j < span, the factors of one pass side by side

    public RealFft(int samples)
    {
        if (samples < 4 || !int.IsPow2(samples))
            throw new ArgumentOutOfRangeException(nameof(samples), $"An FFT wants a power of two >= 4, got {samples}.");
        Samples = samples;
        _half = samples / 2;
        _reversed = new int[_half];
        for (int i = 1; i < _half; i++) _reversed[i] = (_reversed[i >> 1] >> 1) | ((i & 1) * (_half >> 1));
        _cos = new double[_half];
        _sin = new double[_half];
        for (int k = 0; k < _half; k++) (_sin[k], _cos[k]) = Math.SinCos(2 * Math.PI * k / samples);
        _turnCos = new double[_half];
        _turnSin = new double[_half];
        for (int span = 1; span < _half; span *= 2)
        {
            for (int j = 0; j < span; j++) (_turnCos[span + j], _turnSin[span + j]) = (_cos[j * (_half / span)], _sin[j * (_half / span)]);
        }
    }

    public int Samples { get; }

    /// <summary>N / 2 + 1 bins, from 0 to the Nyquist frequency.</summary>
    public int Bins => _half + 1;

    /// <summary>X[k] = sum_n x[n] exp(-2 pi i k n / N); re and im have <see cref="Bins"/> elements and are overwritten.</summary>
    public void Forward(ReadOnlySpan<double> x, Span<double> re, Span<double> im)
    {
        if (x.Length != Samples || re.Length != Bins || im.Length != Bins)
            throw new ArgumentException(
                $"An FFT of {Samples} wants {Samples} samples and {Bins} bins, got {x.Length}, {re.Length} and {im.Length}.", nameof(x));
        for (int i = 0; i < _half; i++)
        {
            int from = 2 * _reversed[i];
            (re[i], im[i]) = (x[from], x[from + 1]);
        }
        Butterflies(re[.._half], im[.._half]);
        Split(re, im);
    }

    // low = top - low * turn, top = top + low * turn, with turn = cos - i sin
    private void Butterflies(Span<double> re, Span<double> im)
    {
        int span = 1;
        for (; span < Math.Min(_half, Vector256<double>.Count); span *= 2)
        {
            for (int start = 0; start < _half; start += 2 * span)
            {
                for (int top = start, low = start + span; top < start + span; top++, low++)
                {
                    double c = _turnCos[low - start], s = _turnSin[low - start];
                    double turnedRe = (re[low] * c) + (im[low] * s), turnedIm = (im[low] * c) - (re[low] * s);
                    (re[low], im[low]) = (re[top] - turnedRe, im[top] - turnedIm);
                    (re[top], im[top]) = (re[top] + turnedRe, im[top] + turnedIm);
                }
            }
        }

        Span<Vector256<double>> wideRe = Wide(re), wideIm = Wide(im), cos = Wide(_turnCos), sin = Wide(_turnSin);
        for (; span < _half; span *= 2)
        {
            int width = span / Vector256<double>.Count;
            for (int start = 0; start < wideRe.Length; start += 2 * width)
            {
                for (int top = start, low = start + width; top < start + width; top++, low++)
                {
                    Vector256<double> c = cos[low - start], s = sin[low - start], lowRe = wideRe[low], lowIm = wideIm[low];
                    Vector256<double> turnedRe = (lowRe * c) + (lowIm * s), turnedIm = (lowIm * c) - (lowRe * s);
                    (wideRe[low], wideIm[low]) = (wideRe[top] - turnedRe, wideIm[top] - turnedIm);
                    (wideRe[top], wideIm[top]) = (wideRe[top] + turnedRe, wideIm[top] + turnedIm);
                }
            }
        }
    }

    // Z = FFT(even + i odd):  even[k] = (Z[k] + conj Z[h - k]) / 2,  odd[k] = (Z[k] - conj Z[h - k]) / 2i,
    // X[k] = even[k] + exp(-2 pi i k / N) odd[k]
    private void Split(Span<double> re, Span<double> im)
    {
        (double re0, double im0) = (re[0], im[0]);
        (re[0], im[0]) = (re0 + im0, 0);
        (re[_half], im[_half]) = (re0 - im0, 0);
        int k = 1, m = _half - 1;
        for (; k + Vector256<double>.Count <= m - Vector256<double>.Count + 1; k += Vector256<double>.Count, m -= Vector256<double>.Count)
        {
            int mirrored = m - Vector256<double>.Count + 1;
            Vector256<double> reK = Vector256.Create<double>(re[k..]), imK = Vector256.Create<double>(im[k..]);
            Vector256<double> reM = Reversed(Vector256.Create<double>(re[mirrored..])), imM = Reversed(Vector256.Create<double>(im[mirrored..]));
            Vector256<double> cos = Vector256.Create(_cos, k), sin = Vector256.Create(_sin, k), half = Vector256.Create(0.5);
            Vector256<double> evenRe = (reK + reM) * half, evenIm = (imK - imM) * half;
            Vector256<double> oddRe = (imK + imM) * half, oddIm = (reM - reK) * half;
            Vector256<double> turnedRe = (oddRe * cos) + (oddIm * sin), turnedIm = (oddIm * cos) - (oddRe * sin);
            (evenRe + turnedRe).CopyTo(re[k..]);
            (evenIm + turnedIm).CopyTo(im[k..]);
            Reversed(evenRe - turnedRe).CopyTo(re[mirrored..]);
            Reversed(turnedIm - evenIm).CopyTo(im[mirrored..]);
        }

        for (; k <= m; k++, m--)
        {
            double evenRe = (re[k] + re[m]) / 2, evenIm = (im[k] - im[m]) / 2;
            double oddRe = (im[k] + im[m]) / 2, oddIm = (re[m] - re[k]) / 2;
            double turnedRe = oddRe * _cos[k] + oddIm * _sin[k], turnedIm = oddIm * _cos[k] - oddRe * _sin[k];
            (re[k], im[k]) = (evenRe + turnedRe, evenIm + turnedIm);
            (re[m], im[m]) = (evenRe - turnedRe, turnedIm - evenIm);
        }
    }

    private static Span<Vector256<double>> Wide(Span<double> values) => MemoryMarshal.Cast<double, Vector256<double>>(values);

    private static Vector256<double> Reversed(Vector256<double> x) => Vector256.Shuffle(x, Vector256.Create(3L, 2, 1, 0));
}
