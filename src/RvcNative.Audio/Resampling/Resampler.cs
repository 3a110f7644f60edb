using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>
/// Changes the sample rate by a Kaiser-windowed sinc in polyphase form (Smith, "Digital Audio Resampling", ccrma.stanford.edu/~jos/resample).
/// Flat to 0.913 of the lower Nyquist frequency, 120 dB down from that Nyquist frequency on, as soxr's HQ; linear phase, no delay.
/// Immutable, so one object serves many threads.
/// </summary>
public sealed class Resampler
{
    private const double PassFraction = 0.913, StopbandDb = 120;
    private const int MostPhases = 4096;                     // beyond, neighbouring phases are blended: error below -140 dB

    private readonly int _up, _down, _phases, _taps;
    private readonly double[] _table;                        // [phases + 1, taps]: row p holds h(k - half + 1 - p / phases)

    public Resampler(int fromHz, int toHz)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fromHz);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(toHz);
        int divisor = Gcd(fromHz, toHz);
        (_up, _down) = (toHz / divisor, fromHz / divisor);
        _phases = Math.Min(_up, MostPhases);

        double lower = Math.Min(1.0, (double)toHz / fromHz);                       // the lower Nyquist over the input's
        double cutoff = lower * (1 + PassFraction) / 2, transition = Math.PI * lower * (1 - PassFraction);
        int half = (int)Math.Ceiling((StopbandDb - 8) / (2.285 * transition) / 2);   // Kaiser's length, both sides
        _taps = 2 * half;
        _table = new double[(_phases + 1) * _taps];
        for (int phase = 0; phase <= _phases; phase++) FillPhase(_table.AsSpan(phase * _taps, _taps), (double)phase / _phases, half, cutoff);
    }

    /// <summary>Samples that an output is a sum of.</summary>
    internal int Taps => _taps;

    /// <summary>Samples that n input samples become: ceil(n * to / from).</summary>
    public int OutputSamples(int inputSamples) => checked((int)OutputSamples((long)inputSamples));

    /// <inheritdoc cref="OutputSamples(int)"/>
    public long OutputSamples(long inputSamples) => (inputSamples * _up + _down - 1) / _down;

    /// <summary>Resamples one channel; the same array when the rates agree.</summary>
    public static float[] Resample(float[] samples, int fromHz, int toHz) =>
        fromHz == toHz ? samples : new Resampler(fromHz, toHz).Resample(samples);

    /// <summary>Resamples one channel, in double inside.</summary>
    public float[] Resample(ReadOnlySpan<float> samples)
    {
        double[] padded = new double[samples.Length + 2 * _taps];
        TensorPrimitives.ConvertTruncating(samples, padded.AsSpan(_taps, samples.Length));
        float[] output = new float[OutputSamples(samples.Length)];
        for (int i = 0; i < output.Length; i++) output[i] = (float)Sample(padded, i);
        return output;
    }

    /// <inheritdoc cref="Resample(ReadOnlySpan{float})"/>
    public double[] Resample(ReadOnlySpan<double> samples)
    {
        double[] padded = new double[samples.Length + 2 * _taps];
        samples.CopyTo(padded.AsSpan(_taps));
        double[] output = new double[OutputSamples(samples.Length)];
        for (int i = 0; i < output.Length; i++) output[i] = Sample(padded, i);
        return output;
    }

    private double Sample(double[] padded, int i) => At(padded.AsSpan((int)(_taps + FirstOf(i)), _taps), i);

    /// <summary>The place of the first input that output i is a sum of; before 0 there are zeros.</summary>
    internal long FirstOf(long i) => i * _down / _up - _taps / 2 + 1;

    /// <summary>y[i] = sum_k x[n + k - half + 1] h(k - half + 1 - f), with i * from / to = n + f.</summary>
    /// <param name="x">The inputs from <see cref="FirstOf"/> on.</param>
    internal double At(ReadOnlySpan<double> x, long i)
    {
        long fraction = i * _down % _up;
        if (_phases == _up) return TensorPrimitives.Dot(x, Phase((int)fraction));
        double position = (double)fraction / _up * _phases;
        int phase = (int)position;
        double blend = position - phase;
        return (1 - blend) * TensorPrimitives.Dot(x, Phase(phase)) + blend * TensorPrimitives.Dot(x, Phase(phase + 1));
    }

    private ReadOnlySpan<double> Phase(int phase) => _table.AsSpan(phase * _taps, _taps);

    private static void FillPhase(Span<double> row, double offset, int half, double cutoff)
    {
        double beta = 0.1102 * (StopbandDb - 8.7), sum = 0;
        for (int k = 0; k < row.Length; k++)
        {
            double t = k - half + 1 - offset, inside = 1 - t * t / ((double)half * half);
            double window = inside <= 0 ? 0 : BesselI0(beta * Math.Sqrt(inside));
            double angle = Math.PI * cutoff * t;
            row[k] = window * (Math.Abs(angle) < 1e-9 ? 1 : Math.Sin(angle) / angle);
            sum += row[k];
        }
        foreach (ref double tap in row) tap /= sum;          // every phase passes a constant as it is
    }

    /// <summary>Modified Bessel function of the first kind, order 0, by its power series.</summary>
    private static double BesselI0(double x)
    {
        double term = 1, sum = 1, quarter = x * x / 4;
        for (int k = 1; term > sum * 1e-17; k++)
        {
            term *= quarter / ((double)k * k);
            sum += term;
        }
        return sum;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
