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
        double[] source = HalfSecondLevels(input, inputRateHz), target = HalfSecondLevels(wide, outputRateHz);
        for (int i = 0; i < output.Length; i++)
        {
            double from = Interpolate(source, i, output.Length), to = Math.Max(Interpolate(target, i, output.Length), 1e-6);
            output[i] = (float)(output[i] * (Math.Pow(from, 1 - rate) * Math.Pow(to, rate - 1)));
        }
    }

    /// <summary>RMS over rate / 2 * 2 samples centred on every rate / 2-th sample (librosa.feature.rms).</summary>
    private static double[] HalfSecondLevels(ReadOnlySpan<double> samples, int rateHz)
    {
        int hop = rateHz / 2;
        double[] levels = new double[samples.Length / hop + 1];
        for (int i = 0; i < levels.Length; i++)
        {
            int start = Math.Max(i * hop - hop, 0), end = Math.Min(i * hop + hop, samples.Length);
            levels[i] = Math.Sqrt(TensorPrimitives.SumOfSquares(samples[start..end]) / (2.0 * hop));
        }
        return levels;
    }

    // torch's linear interpolation with align_corners = False: the i-th of n points lies at (i + 0.5) * length / n - 0.5, never before 0.
    private static double Interpolate(double[] values, int i, int points)
    {
        double position = Math.Max((i + 0.5) * values.Length / points - 0.5, 0);
        int left = Math.Min((int)position, values.Length - 1), right = Math.Min(left + 1, values.Length - 1);
        return values[left] + (values[right] - values[left]) * (position - left);
    }
}
