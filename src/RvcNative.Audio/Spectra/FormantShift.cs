namespace RvcNative.Audio;

/// <summary>
/// Moves a voice's formants and leaves its pitch: every frame's spectrum is multiplied by E(f / ratio) / E(f), E being its envelope, which is what the first 2 ms
/// of the real cepstrum make (Oppenheim and Schafer, "Discrete-Time Signal Processing", homomorphic smoothing). Frames of 64 ms every 16 ms under Hann windows,
/// added again. Between the harmonics of a voice without any breath there is nothing for the envelope to follow; it flattens there, and formants move
/// less than asked for. One thread at a time.
/// </summary>
public sealed class FormantShift
{
    private const int SampleRateHz = 16000, FrameSamples = 1024, HopSamples = 256, LifterSamples = SampleRateHz / 500;
    private const double Floor = 1e-7, MostGain = 4.6;       // natural logarithms: 40 dB
    private const double OverlapSum = 1.5;                   // of squared Hann windows at a quarter of their length

    private readonly RealFft _fft = new(FrameSamples);
    private readonly double[] _window = new double[FrameSamples], _re, _im, _evenRe, _evenIm;
    private readonly double _ratio;

    /// <param name="ratio">Above 1 for a shorter throat: formants move up by it.</param>
    public FormantShift(double ratio)
    {
        if (!(ratio is >= 0.25 and <= 4)) throw new ArgumentOutOfRangeException(nameof(ratio), $"Formants move by a ratio from 0.25 to 4, got {ratio}.");
        _ratio = ratio;
        (_re, _im, _evenRe, _evenIm) = (new double[_fft.Bins], new double[_fft.Bins], new double[_fft.Bins], new double[_fft.Bins]);
        for (int i = 0; i < FrameSamples; i++) _window[i] = 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / FrameSamples));
    }

    /// <summary>[N] at 16 kHz to [N].</summary>
    public float[] Apply(ReadOnlySpan<float> wave16k)
    {
        int frames = ((wave16k.Length + FrameSamples) / HopSamples) + 1;
        double[] sum = new double[((frames - 1) * HopSamples) + FrameSamples], frame = new double[FrameSamples];
        for (int f = 0; f < frames; f++)
        {
            int first = (f * HopSamples) - FrameSamples;     // frames begin before the signal, so that every sample has all of its four
            for (int i = 0; i < FrameSamples; i++)
            {
                int at = first + i;
                frame[i] = at >= 0 && at < wave16k.Length ? wave16k[at] * _window[i] : 0;
            }

            Move(frame);
            for (int i = 0; i < FrameSamples; i++) sum[(f * HopSamples) + i] += frame[i] * _window[i];
        }

        float[] moved = new float[wave16k.Length];
        for (int i = 0; i < moved.Length; i++) moved[i] = (float)(sum[i + FrameSamples] / OverlapSum);
        return moved;
    }

    private void Move(double[] frame)
    {
        _fft.Forward(frame, _re, _im);
        double[] envelope = Envelope();
        for (int k = 0; k < _fft.Bins; k++)
        {
            double from = Math.Min(k / _ratio, _fft.Bins - 1);
            int below = (int)from;
            double moved = envelope[below] + ((envelope[Math.Min(below + 1, _fft.Bins - 1)] - envelope[below]) * (from - below));
            double gain = Math.Exp(Math.Clamp(moved - envelope[k], -MostGain, MostGain));
            (_re[k], _im[k]) = (_re[k] * gain, _im[k] * gain);
        }

        Inverse(frame);
    }

    // The logarithm of the spectrum's magnitudes, an even sequence, through its own transform with what lies beyond 2 ms left out.
    private double[] Envelope()
    {
        double[] even = new double[FrameSamples], envelope = new double[_fft.Bins];
        for (int k = 0; k < _fft.Bins; k++) even[k] = even[(FrameSamples - k) % FrameSamples] = Math.Log(Math.Sqrt((_re[k] * _re[k]) + (_im[k] * _im[k])) + Floor);
        _fft.Forward(even, _evenRe, _evenIm);
        Array.Clear(even);
        for (int q = 0; q < LifterSamples; q++) even[q] = even[(FrameSamples - q) % FrameSamples] = _evenRe[q] / FrameSamples;
        _fft.Forward(even, _evenRe, _evenIm);
        _evenRe.CopyTo(envelope, 0);
        return envelope;
    }

    // x[n] = (1 / N) sum_k H[k] cas(2 pi k n / N) with H[k] = Re X[k] - Im X[k], and cas = cos + sin is Re - Im of a forward transform (Bracewell 1983).
    private void Inverse(double[] frame)
    {
        for (int k = 0; k < _fft.Bins; k++)
        {
            frame[k] = _re[k] - _im[k];
            if (k > 0 && k < _fft.Bins - 1) frame[FrameSamples - k] = _re[k] + _im[k];
        }

        _fft.Forward([.. frame], _evenRe, _evenIm);
        for (int n = 0; n < _fft.Bins; n++)
        {
            frame[n] = (_evenRe[n] - _evenIm[n]) / FrameSamples;
            if (n > 0 && n < _fft.Bins - 1) frame[FrameSamples - n] = (_evenRe[n] + _evenIm[n]) / FrameSamples;
        }
    }
}
