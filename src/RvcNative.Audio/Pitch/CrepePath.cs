namespace RvcNative.Audio;

/// <summary>The pitch of every frame as <see cref="CrepeViterbi"/> finds it, and how sure the network is of it.</summary>
/// <param name="Bins">The likeliest path.</param>
/// <param name="Hz">Its pitch, without the random dither of torchcrepe.</param>
/// <param name="Periodicity">The network's output at the bin.</param>
public sealed record CrepePath(int[] Bins, double[] Hz, float[] Periodicity)
{
    /// <summary>Applio's: frames below are unvoiced.</summary>
    public const double VoicedPeriodicity = 0.1;

    /// <summary>
    /// Applio's pitch (rvc/lib/predictors/f0.py, CREPE.get_f0): the mean over three frames, 0 where the median of three periodicities is below 0.1. At
    /// the ends there are two, of which the median is the lower.
    /// </summary>
    public double[] Smooth()
    {
        double[] hz = new double[Hz.Length];
        for (int t = 0; t < hz.Length; t++)
        {
            int first = Math.Max(0, t - 1), end = Math.Min(hz.Length, t + 2);
            if (Median(Periodicity.AsSpan(first, end - first)) < VoicedPeriodicity) continue;
            for (int i = first; i < end; i++) hz[t] += Hz[i] / (end - first);
        }
        return hz;
    }

    private static float Median(ReadOnlySpan<float> values) => values switch
    {
        [float one, float two, float three] => Math.Max(Math.Min(one, two), Math.Min(Math.Max(one, two), three)),
        [float one, float two] => Math.Min(one, two),
        _ => values[0],
    };
}
