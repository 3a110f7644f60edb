namespace RvcNative.Audio;

/// <summary>How the quietest point is found: mainline sums magnitudes, Applio takes the magnitude of the sum.</summary>
public enum QuietRule { SumOfMagnitudes, MagnitudeOfSum }

/// <summary>Where long recordings are cut for conversion; seconds. The defaults are mainline's for fp32 (x_pad, x_query, x_center, x_max).</summary>
public sealed record SegmentSettings(
    int PadSeconds = 1, int QuerySeconds = 6, int CenterSeconds = 38, int MaxSeconds = 41, QuietRule Rule = QuietRule.SumOfMagnitudes);

/// <summary>Cuts a long recording at quiet points, so that it is converted in pieces (mainline infer/vc/pipeline.py); 16 kHz, frames of 160 samples.</summary>
public static class ConversionCuts
{
    public const int SampleRateHz = 16000, HopSamples = 160;

    /// <returns>Where the signal is cut, multiples of <see cref="HopSamples"/>; nowhere when it is short.</returns>
    public static IReadOnlyList<int> Of(Signal filtered, SegmentSettings settings)
    {
        int query = settings.QuerySeconds * SampleRateHz, center = settings.CenterSeconds * SampleRateHz;
        if (settings.PadSeconds < 0 || query <= 0 || center < query)
            throw new ArgumentException($"Cutting wants pad >= 0, query > 0 and center >= query, got {settings}.", nameof(settings));

        List<int> cuts = [];
        if (filtered.Length + HopSamples <= settings.MaxSeconds * SampleRateHz) return cuts;
        for (int t = center; t < filtered.Length; t += center)
        {
            int quietest = QuietestPoint(filtered, t - query, Math.Min(t + query, filtered.Length), settings.Rule);
            cuts.Add(quietest / HopSamples * HopSamples);
        }

        return cuts;
    }

    // First t in [from, to) with the least sum over the 160 samples around it, the signal mirrored by 80 at its ends.
    private static int QuietestPoint(Signal filtered, int from, int to, QuietRule rule)
    {
        double[] around = new double[to - from + HopSamples];
        float[] read = new float[around.Length];
        filtered.Mirrored(HopSamples / 2, HopSamples / 2).Read(from, read);
        for (int i = 0; i < around.Length; i++) around[i] = read[i];
        int best = from;
        double least = double.PositiveInfinity;
        for (int t = from; t < to; t++)
        {
            double sum = 0;
            for (int i = 0; i < HopSamples; i++) sum += rule == QuietRule.SumOfMagnitudes ? Math.Abs(around[t - from + i]) : around[t - from + i];
            if (Math.Abs(sum) >= least) continue;
            (best, least) = (t, Math.Abs(sum));
        }
        return best;
    }
}
