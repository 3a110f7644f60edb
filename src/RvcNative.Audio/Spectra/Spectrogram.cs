using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>Magnitude of the short-time Fourier transform under a periodic Hann window, on a signal mirrored at its ends. Immutable.</summary>
public sealed class Spectrogram
{
    private readonly RealFft _fft;
    private readonly double[] _window;
    private readonly double _magnitudeFloor;

    private Spectrogram(int fftSamples, int hopSamples, int padSamples, double magnitudeFloor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hopSamples);
        _fft = new RealFft(fftSamples);
        (HopSamples, PadSamples, _magnitudeFloor) = (hopSamples, padSamples, magnitudeFloor);
        _window = new double[fftSamples];
        for (int i = 0; i < fftSamples; i++) _window[i] = (float)(0.5 - 0.5 * Math.Cos(2 * Math.PI * i / fftSamples));   // torch keeps it in float
    }

    /// <summary>
    /// As the trainer takes it (mainline train/mel_processing.py, spectrogram_torch): mirrored by (fft - hop) / 2, sqrt(re^2 + im^2 + floor).
    /// </summary>
    /// <param name="magnitudeFloor">2e-7 in mainline, 1e-6 in Applio and older mainline.</param>
    public static Spectrogram Training(int fftSamples, int hopSamples, double magnitudeFloor = 2e-7) =>
        new(fftSamples, hopSamples, (fftSamples - hopSamples) / 2, magnitudeFloor);

    /// <summary>Frames centred on every hop-th sample, no floor: what RMVPE hears (mainline infer/rmvpe.py).</summary>
    public static Spectrogram Centred(int fftSamples, int hopSamples) => new(fftSamples, hopSamples, fftSamples / 2, 0);

    public int FftSamples => _fft.Samples;

    public int HopSamples { get; }

    /// <summary>Samples mirrored at both ends.</summary>
    public int PadSamples { get; }

    /// <summary>Spectral bins a frame, fft / 2 + 1.</summary>
    public int Bins => _fft.Bins;

    /// <summary>1 + (N + 2 pad - fft) / hop; 0 for a signal too short for one frame.</summary>
    public int Frames(int samples) => samples + 2 * PadSamples < FftSamples ? 0 : 1 + (samples + 2 * PadSamples - FftSamples) / HopSamples;

    /// <summary>[T,F] magnitudes of N samples.</summary>
    /// <exception cref="ArgumentException">N does not exceed the mirrored margin.</exception>
    public float[] Magnitude(ReadOnlySpan<float> wave)
    {
        Check(wave.Length);
        return Magnitude(Mirror.Pad(wave, PadSamples), Frames(wave.Length));
    }

    /// <summary>[count,F] magnitudes of the frames from <paramref name="first"/> on, those that the whole has there.</summary>
    /// <exception cref="ArgumentException">N does not exceed the mirrored margin, or there are no such frames.</exception>
    public float[] Magnitude(Signal wave, int first, int count)
    {
        Check(wave.Length);
        if (first < 0 || count < 0 || first + count > Frames(wave.Length))
            throw new ArgumentException($"Frames {first} to {first + count} of a spectrogram that has {Frames(wave.Length)}.", nameof(first));
        if (count == 0) return [];
        float[] padded = new float[((count - 1) * HopSamples) + FftSamples];
        wave.Mirrored(PadSamples, PadSamples).Read(first * HopSamples, padded);
        return Magnitude(padded, count);
    }

    private void Check(int samples)
    {
        if (samples <= PadSamples) throw new ArgumentException($"A spectrogram that mirrors {PadSamples} samples wants more than that, got {samples}.", nameof(samples));
    }

    // Of frames that begin with the samples, with whatever is mirrored.
    private float[] Magnitude(ReadOnlySpan<float> padded, int count)
    {
        float[] magnitude = new float[count * Bins];
        double[] frame = new double[FftSamples], re = new double[Bins], im = new double[Bins];
        for (int t = 0; t < count; t++)
        {
            TensorPrimitives.ConvertTruncating(padded.Slice(t * HopSamples, FftSamples), frame);
            TensorPrimitives.Multiply(frame, _window, frame);
            _fft.Forward(frame, re, im);

            // sqrt(re^2 + im^2 + floor)
            TensorPrimitives.Multiply<double>(re, re, re);
            TensorPrimitives.Multiply<double>(im, im, im);
            TensorPrimitives.Add<double>(re, im, re);
            TensorPrimitives.Add(re, _magnitudeFloor, re);
            TensorPrimitives.Sqrt<double>(re, re);
            TensorPrimitives.ConvertTruncating<double, float>(re, magnitude.AsSpan(t * Bins, Bins));
        }
        return magnitude;
    }
}
