namespace RvcNative.Audio;

/// <summary>How the quietest point is found: mainline sums magnitudes, Applio takes the magnitude of the sum.</summary>
public enum QuietRule { SumOfMagnitudes, MagnitudeOfSum }

/// <summary>Where long recordings are cut for conversion; seconds. The defaults are mainline's for fp32 (x_pad, x_query, x_center, x_max).</summary>
public sealed record SegmentSettings(
    int PadSeconds = 1, int QuerySeconds = 6, int CenterSeconds = 38, int MaxSeconds = 41, QuietRule Rule = QuietRule.SumOfMagnitudes);

/// <summary>One stretch to convert: samples [Start, End) of the reflect-padded signal and its pitch frames [FirstFrame, EndFrame).</summary>
public readonly record struct ConversionSegment(int Start, int End, int FirstFrame, int EndFrame);

/// <summary>Cuts a long recording at quiet points into overlapping segments (mainline infer/vc/pipeline.py), 16 kHz, frames of 160 samples.</summary>
public sealed class ConversionSegments
{
    public const int SampleRateHz = 16000, HopSamples = 160;

    private ConversionSegments(int[] cuts, ConversionSegment[] segments, int padSamples) =>
        (Cuts, Segments, PadSamples) = (cuts, segments, padSamples);

    /// <summary>Where the signal is cut, multiples of <see cref="HopSamples"/>.</summary>
    public IReadOnlyList<int> Cuts { get; }

    public IReadOnlyList<ConversionSegment> Segments { get; }

    /// <summary>Samples to reflect at both ends of the signal, and to cut off both ends of each converted segment (at its own rate).</summary>
    public int PadSamples { get; }

    public static ConversionSegments Plan(Signal filtered, SegmentSettings? settings = null)
    {
        SegmentSettings s = settings ?? new();
        int pad = s.PadSeconds * SampleRateHz, query = s.QuerySeconds * SampleRateHz, center = s.CenterSeconds * SampleRateHz;
        if (pad < 0 || query <= 0 || center < query)
            throw new ArgumentException($"Cutting wants pad >= 0, query > 0 and center >= query, got {s}.", nameof(settings));

        List<int> cuts = [];
        int padded = filtered.Length + 2 * pad;
        if (filtered.Length + HopSamples > s.MaxSeconds * SampleRateHz)
        {
            for (int t = center; t < filtered.Length; t += center)
            {
                int quietest = QuietestPoint(filtered, t - query, Math.Min(t + query, filtered.Length), s.Rule);
                cuts.Add(quietest / HopSamples * HopSamples);
            }
        }

        List<ConversionSegment> segments = [];
        int start = 0;
        foreach (int cut in cuts)
        {
            segments.Add(new(start, Math.Min(cut + 2 * pad + HopSamples, padded), start / HopSamples, (cut + 2 * pad) / HopSamples));
            start = cut;
        }
        segments.Add(new(start, padded, start / HopSamples, padded / HopSamples));
        return new([.. cuts], [.. segments], pad);
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
