using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>From a network's confidence in each of 360 pitches, 20 cents apart, to a pitch in Hz. All methods are pure.</summary>
public static class PitchBins
{
    public const int Count = 360;

    /// <summary>Confidence that a voiced frame exceeds: mainline's thred of RMVPE and threshold of FCPE.</summary>
    public const double RmvpeThreshold = 0.03, FcpeThreshold = 0.006;

    private const double FirstCents = 1997.3794084376191, CentsPerBin = 20;
    private const int Reach = 4;                             // bins on each side of the surest that are averaged

    /// <summary>Cents above 10 Hz of a bin of RMVPE and CREPE.</summary>
    public static double Cents(int bin) => FirstCents + (CentsPerBin * bin);

    /// <summary>10 * 2^(cents / 1200).</summary>
    public static double ToHz(double cents) => 10 * Math.Pow(2, cents / 1200);

    /// <summary>The bin, with its fraction, of a pitch.</summary>
    public static double OfHz(double hz) => ((1200 * Math.Log2(hz / 10)) - FirstCents) / CentsPerBin;

    /// <summary>
    /// RMVPE's decoding (mainline infer/rmvpe.py, to_local_average_cents): the mean of the nine bins around the surest, weighed by their confidence;
    /// bins past the edge are left out. 0 where the surest does not exceed the threshold.
    /// </summary>
    /// <param name="confidence">[T, 360].</param>
    public static double[] LocalAverage(ReadOnlySpan<float> confidence, double threshold = RmvpeThreshold)
    {
        double[] hz = new double[Frames(confidence)];
        Span<float> weights = stackalloc float[2 * Reach + 1];
        for (int t = 0; t < hz.Length; t++)
        {
            ReadOnlySpan<float> frame = confidence.Slice(t * Count, Count);
            int surest = TensorPrimitives.IndexOfMax(frame);
            double sum = 0;
            weights.Clear();
            for (int bin = Math.Max(0, surest - Reach); bin <= Math.Min(Count - 1, surest + Reach); bin++)
            {
                weights[bin - surest + Reach] = frame[bin];
                sum += frame[bin] * Cents(bin);
            }
            hz[t] = frame[surest] > threshold ? Voiced(sum / SumOfNine(weights)) : 0;
        }
        return hz;
    }

    /// <summary>
    /// FCPE's decoding "local_argmax" (mainline infer/fcpe.py, _decode_on_cpu): as <see cref="LocalAverage"/>, but indices are held inside the table, so
    /// that near an edge the last bin counts several times.
    /// </summary>
    /// <param name="confidence">[T, 360].</param>
    /// <param name="cents">[360], the model's own table.</param>
    public static double[] LocalArgmax(ReadOnlySpan<float> confidence, ReadOnlySpan<float> cents, double threshold = FcpeThreshold)
    {
        double[] hz = new double[Frames(confidence)];
        for (int t = 0; t < hz.Length; t++)
        {
            ReadOnlySpan<float> frame = confidence.Slice(t * Count, Count);
            int surest = TensorPrimitives.IndexOfMax(frame);
            double sum = 0, weights = 0;
            for (int i = surest - Reach; i <= surest + Reach; i++)
            {
                int bin = Math.Clamp(i, 0, Count - 1);
                sum += (double)frame[bin] * cents[bin];
                weights += frame[bin];
            }
            hz[t] = frame[surest] > threshold ? ToHz(sum / weights) : 0;
        }
        return hz;
    }

    // In float and in the order in which numpy adds nine: the quotient shows a last bit of it in f0's seventh digit.
    private static float SumOfNine(ReadOnlySpan<float> x) => x[0] + x[1] + (x[2] + x[3]) + (x[4] + x[5] + (x[6] + x[7])) + x[8];

    // 0 cents, which a sum of nothing gives, is mainline's sign of no voice.
    private static double Voiced(double cents) => cents == 0 ? 0 : ToHz(cents);

    private static int Frames(ReadOnlySpan<float> confidence) => confidence.Length % Count == 0 ? confidence.Length / Count
        : throw new ArgumentException($"{confidence.Length} values are no whole number of frames of {Count} bins.", nameof(confidence));
}
