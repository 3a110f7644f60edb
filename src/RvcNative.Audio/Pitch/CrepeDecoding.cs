namespace RvcNative.Audio;

/// <summary>The pitch of every frame as CREPE's decoding finds it, and how sure the network is of it.</summary>
/// <param name="Bins">The likeliest path.</param>
/// <param name="Hz">Its pitch, without the random dither of torchcrepe.</param>
/// <param name="Periodicity">The network's output at the bin.</param>
public sealed record CrepePath(int[] Bins, double[] Hz, float[] Periodicity);

/// <summary>
/// torchcrepe's default decoding (torchcrepe/decode.py, viterbi; Kim et al. 2018, arXiv:1802.06182) and what Applio makes of it (rvc/lib/predictors/f0.py).
/// </summary>
public static class CrepeDecoding
{
    /// <summary>Applio's: frames below are unvoiced.</summary>
    public const double VoicedPeriodicity = 0.1;

    private const int Reach = 12;                            // a move of 12 bins or more has probability 0
    private const int Count = PitchBins.Count;

    // What librosa adds before it takes a logarithm: the smallest normal float. A move or a bin of probability 0 costs it, and is possible.
    private static readonly double LogNothing = Math.Log(1.17549435e-38);
    private static readonly double[] LogMove = Moves();

    /// <summary>
    /// The likeliest path through the bins of a range. A frame's probabilities are the softmax over all bins of the network's sigmoid outputs, as
    /// torchcrepe takes it, moves have max(12 - |i - j|, 0) normalised by row, every start is as likely.
    /// </summary>
    /// <param name="probabilities">[T, 360], the network's outputs after the sigmoid.</param>
    public static CrepePath Viterbi(
        ReadOnlySpan<float> probabilities, double lowestHz = PitchClasses.LowestHz, double highestHz = PitchClasses.HighestHz)
    {
        int frames = probabilities.Length / Count;
        int first = Math.Max(0, (int)Math.Floor(PitchBins.OfHz(lowestHz))), end = Math.Min(Count, (int)Math.Ceiling(PitchBins.OfHz(highestHz)));
        if (probabilities.Length % Count != 0 || first >= end)
            throw new ArgumentException($"{probabilities.Length} values are no frames of {Count} bins, or no bin lies within {lowestHz} to {highestHz} Hz.", nameof(probabilities));
        short[] from = new short[frames * Count];
        double[] scores = new double[Count], before = new double[Count], heard = new double[Count];
        for (int t = 0; t < frames; t++)
        {
            LogSoftmax(probabilities.Slice(t * Count, Count), first, end, heard);
            (before, scores) = (scores, before);
            if (t == 0) for (int bin = 0; bin < Count; bin++) scores[bin] = heard[bin] - Math.Log(Count);
            else Step(before, heard, scores, from.AsSpan(t * Count, Count));
        }

        CrepePath path = new(new int[frames], new double[frames], new float[frames]);
        int at = frames == 0 ? 0 : Array.IndexOf(scores, scores.Max());
        for (int t = frames - 1; t >= 0; at = from[(t-- * Count) + at])
        {
            path.Bins[t] = at;
            path.Hz[t] = PitchBins.ToHz(PitchBins.Cents(at));
            path.Periodicity[t] = probabilities[(t * Count) + at];
        }
        return path;
    }

    /// <summary>
    /// Applio's pitch (rvc/lib/predictors/f0.py, CREPE.get_f0): the mean over three frames, 0 where the median of three periodicities is below 0.1. At
    /// the ends there are two, of which the median is the lower.
    /// </summary>
    public static double[] Smooth(CrepePath path)
    {
        double[] hz = new double[path.Hz.Length];
        for (int t = 0; t < hz.Length; t++)
        {
            int first = Math.Max(0, t - 1), end = Math.Min(hz.Length, t + 2);
            if (Median(path.Periodicity.AsSpan(first, end - first)) < VoicedPeriodicity) continue;
            for (int i = first; i < end; i++) hz[t] += path.Hz[i] / (end - first);
        }
        return hz;
    }

    // Of all states before, only those within reach and the best of the others can be the best: moves out of reach cost the same.
    private static void Step(double[] before, double[] heard, double[] scores, Span<short> from)
    {
        int best = Array.IndexOf(before, before.Max());
        for (int to = 0; to < Count; to++)
        {
            double highest = before[best] + LogNothing;
            int chosen = best;
            if (Math.Abs(best - to) < Reach) highest = double.NegativeInfinity;
            for (int state = Math.Max(0, to - Reach + 1); state < Math.Min(Count, to + Reach); state++)
            {
                double score = before[state] + LogMove[(state * Count) + to];
                if (score > highest || (score == highest && state < chosen)) (highest, chosen) = (score, state);
            }
            scores[to] = highest + heard[to];
            from[to] = (short)chosen;
        }
    }

    private static void LogSoftmax(ReadOnlySpan<float> outputs, int first, int end, double[] logs)
    {
        double sum = 0;
        float most = 0;
        for (int bin = first; bin < end; bin++) most = Math.Max(most, outputs[bin]);
        for (int bin = first; bin < end; bin++) sum += logs[bin] = Math.Exp(outputs[bin] - most);
        for (int bin = 0; bin < Count; bin++) logs[bin] = bin >= first && bin < end ? Math.Log(logs[bin] / sum) : LogNothing;
    }

    private static float Median(ReadOnlySpan<float> values) => values switch
    {
        [float one, float two, float three] => Math.Max(Math.Min(one, two), Math.Min(Math.Max(one, two), three)),
        [float one, float two] => Math.Min(one, two),
        _ => values[0],
    };

    // [from, to]
    private static double[] Moves()
    {
        double[] logs = new double[Count * Count];
        for (int from = 0; from < Count; from++)
        {
            double sum = 0;
            for (int to = 0; to < Count; to++) sum += Math.Max(Reach - Math.Abs(from - to), 0);
            for (int to = 0; to < Count; to++)
            {
                int weight = Math.Max(Reach - Math.Abs(from - to), 0);
                logs[(from * Count) + to] = weight == 0 ? LogNothing : Math.Log(weight / sum);
            }
        }
        return logs;
    }
}
