using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>
/// Gives converted audio some of its source's loudness curve (change_rms in mainline's infer/vc/pipeline.py): output * rms_in^(1 - rate) *
/// max(rms_out, 1e-6)^(rate - 1). Levels are taken over one second every half second, with zeros beyond the ends, and drawn as lines over the output.
/// Neither recording need be in memory. Immutable.
/// </summary>
public sealed class LoudnessMix
{
    private readonly double[] _from, _to;
    private readonly long _samples;
    private readonly double _rate;

    /// <param name="source">The signal that was converted, after the high-pass.</param>
    /// <param name="output">What it became; read here, before any of it is scaled.</param>
    /// <param name="rate">1 keeps the output's own loudness, 0 gives it the source's.</param>
    public LoudnessMix(SampleSpool source, int sourceRateHz, SampleSpool output, int outputRateHz, double rate) =>
        (_from, _to, _samples, _rate) = (HalfSecondLevels(source, sourceRateHz), HalfSecondLevels(output, outputRateHz), output.Count, rate);

    /// <summary>Scales a block of the output in place.</summary>
    /// <param name="start">The place of its first sample among all.</param>
    public void Scale(long start, Span<float> block)
    {
        for (int i = 0; i < block.Length; i++)
        {
            double from = Interpolate(_from, start + i), to = Math.Max(Interpolate(_to, start + i), 1e-6);
            block[i] = (float)(block[i] * Math.Pow(from / to, 1 - _rate));
        }
    }

    /// <summary>RMS over rate / 2 * 2 samples centred on every rate / 2-th sample (librosa.feature.rms).</summary>
    private static double[] HalfSecondLevels(SampleSpool samples, int rateHz)
    {
        int hop = rateHz / 2;
        double[] levels = new double[(samples.Count / hop) + 1], wide = new double[2 * hop];
        float[] block = new float[2 * hop];
        for (int i = 0; i < levels.Length; i++)
        {
            long start = Math.Max((long)(i - 1) * hop, 0), end = Math.Min((long)(i + 1) * hop, samples.Count);
            int count = (int)(end - start);
            samples.Read(start, block.AsSpan(0, count));
            TensorPrimitives.ConvertTruncating<float, double>(block.AsSpan(0, count), wide);
            levels[i] = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(wide.AsSpan(0, count)) / (2.0 * hop));
        }

        return levels;
    }

    // torch's linear interpolation with align_corners = False: the i-th of n points lies at (i + 0.5) * length / n - 0.5, never before 0.
    private double Interpolate(double[] levels, long i)
    {
        double position = Math.Max(((i + 0.5) * levels.Length / _samples) - 0.5, 0);
        int left = Math.Min((int)position, levels.Length - 1), right = Math.Min(left + 1, levels.Length - 1);
        return levels[left] + ((levels[right] - levels[left]) * (position - left));
    }
}
