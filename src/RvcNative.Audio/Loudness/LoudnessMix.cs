using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>Gives converted audio some of its source's loudness curve (change_rms in mainline's infer/vc/pipeline.py).</summary>
public static class LoudnessMix
{
    /// <summary>
    /// Scales the output in place by rms_in^(1 - rate) * max(rms_out, 1e-6)^(rate - 1). Levels are taken over one second every half second,
    /// with zeros beyond the ends, and drawn as lines over the output.
    /// </summary>
    /// <param name="input">The signal that was converted, after the high-pass.</param>
    /// <param name="rate">1 keeps the output's own loudness, 0 gives it the input's.</param>
    public static void Apply(ReadOnlySpan<double> input, int inputRateHz, Span<float> output, int outputRateHz, double rate)
    {
        if (rate == 1 || output.IsEmpty) return;
        double[] wide = new double[output.Length];
        TensorPrimitives.ConvertTruncating<float, double>(output, wide);
        Scale(output, 0, output.Length, HalfSecondLevels(input, inputRateHz), HalfSecondLevels(wide, outputRateHz), rate);
    }

    /// <summary>A block of <see cref="Apply"/>.</summary>
    /// <param name="start">The place of the block's first sample among all.</param>
    /// <param name="points">Samples in all.</param>
    /// <param name="source">Levels of the signal that was converted.</param>
    /// <param name="target">Levels of the output, before any of its blocks is scaled.</param>
    public static void Scale(Span<float> block, long start, long points, double[] source, double[] target, double rate)
    {
        for (int i = 0; i < block.Length; i++)
        {
            double from = Interpolate(source, start + i, points), to = Math.Max(Interpolate(target, start + i, points), 1e-6);
            block[i] = (float)(block[i] * (Math.Pow(from, 1 - rate) * Math.Pow(to, rate - 1)));
        }
    }

    /// <summary>Levels of a signal that is not in memory.</summary>
    public static double[] HalfSecondLevels(long samples, SampleSource source, int rateHz)
    {
        int hop = rateHz / 2;
        double[] levels = new double[samples / hop + 1];
        float[] block = new float[2 * hop];
        double[] wide = new double[2 * hop];
        for (int i = 0; i < levels.Length; i++)
        {
            long start = Math.Max((long)i * hop - hop, 0), end = Math.Min((long)i * hop + hop, samples);
            int count = (int)(end - start);
            source(start, block.AsSpan(0, count));
            TensorPrimitives.ConvertTruncating<float, double>(block.AsSpan(0, count), wide);
            levels[i] = Level(wide.AsSpan(0, count), hop);
        }
        return levels;
    }

    /// <summary>RMS over rate / 2 * 2 samples centred on every rate / 2-th sample (librosa.feature.rms).</summary>
    public static double[] HalfSecondLevels(ReadOnlySpan<double> samples, int rateHz)
    {
        int hop = rateHz / 2;
        double[] levels = new double[samples.Length / hop + 1];
        for (int i = 0; i < levels.Length; i++)
        {
            int start = Math.Max(i * hop - hop, 0), end = Math.Min(i * hop + hop, samples.Length);
            levels[i] = Level(samples[start..end], hop);
        }
        return levels;
    }

    private static double Level(ReadOnlySpan<double> samples, int hop) => Math.Sqrt(TensorPrimitives.SumOfSquares(samples) / (2.0 * hop));

    // torch's linear interpolation with align_corners = False: the i-th of n points lies at (i + 0.5) * length / n - 0.5, never before 0.
    private static double Interpolate(double[] values, long i, long points)
    {
        double position = Math.Max((i + 0.5) * values.Length / points - 0.5, 0);
        int left = Math.Min((int)position, values.Length - 1), right = Math.Min(left + 1, values.Length - 1);
        return values[left] + (values[right] - values[left]) * (position - left);
    }
}
