namespace RvcNative.Audio;

/// <summary>
/// Discrete Fourier transform of N real values, N a power of two, in double: N / 2 complex values by the iterative radix-2 algorithm (Cooley and
/// Tukey 1965), then split into the real signal's bins. Immutable; the caller lends the scratch space.
/// </summary>
public sealed class RealFft
{
    private readonly int _half;
    private readonly int[] _reversed;                        // bit-reversed order of the N / 2 complex values
    private readonly double[] _cos, _sin;                    // cos, sin(2 pi k / N), k < N / 2

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

    private void Butterflies(Span<double> re, Span<double> im)
    {
        for (int span = 1; span < _half; span *= 2)
        {
            int step = _half / span;                         // exp(-2 pi i j / 2 span) = exp(-2 pi i j step / N)
            for (int start = 0; start < _half; start += 2 * span)
            {
                Span<double> topRe = re.Slice(start, span), topIm = im.Slice(start, span);
                Span<double> lowRe = re.Slice(start + span, span), lowIm = im.Slice(start + span, span);
                for (int j = 0, at = 0; j < topRe.Length; j++, at += step)
                {
                    double c = _cos[at], s = _sin[at];
                    double turnedRe = lowRe[j] * c + lowIm[j] * s, turnedIm = lowIm[j] * c - lowRe[j] * s;
                    (lowRe[j], lowIm[j]) = (topRe[j] - turnedRe, topIm[j] - turnedIm);
                    (topRe[j], topIm[j]) = (topRe[j] + turnedRe, topIm[j] + turnedIm);
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
        for (int k = 1, m = _half - 1; k <= m; k++, m--)
        {
            double evenRe = (re[k] + re[m]) / 2, evenIm = (im[k] - im[m]) / 2;
            double oddRe = (im[k] + im[m]) / 2, oddIm = (re[m] - re[k]) / 2;
            double turnedRe = oddRe * _cos[k] + oddIm * _sin[k], turnedIm = oddIm * _cos[k] - oddRe * _sin[k];
            (re[k], im[k]) = (evenRe + turnedRe, evenIm + turnedIm);
            (re[m], im[m]) = (evenRe - turnedRe, turnedIm - evenIm);
        }
    }
}
