namespace RvcNative.Audio.Tests;

/// <summary>The path that several states at once find is that of a plain search, to the last bit.</summary>
public sealed class PitchPathTests
{
    private const int StatesPerOctave = 60, Reach = 21;
    private static readonly int s_states = 1 + (int)Math.Round(StatesPerOctave * Math.Log2(PitchClasses.HighestHz / PitchClasses.LowestHz));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(77, 2)]
    [InlineData(1300, 3)]
    [InlineData(700, 4)]
    public void Is_the_likeliest_of_all(int frames, int seed)
    {
        List<PitchCandidate>[] candidates = [.. Candidates(new Random(seed), frames)];
        PitchPath path = new();
        foreach (List<PitchCandidate> frame in candidates) path.Add(frame);
        double[] found = path.Decode();
        Assert.Equal(Plain(candidates), found);
        if (frames > 1) Assert.InRange(found.Count(hz => hz > 0), 1, frames - 1);
    }

    // A pitch that wanders from edge to edge, with wrong octaves, equal rivals and frames without any.
    private static IEnumerable<List<PitchCandidate>> Candidates(Random random, int frames)
    {
        double hz = 60;
        for (int t = 0; t < frames; t++)
        {
            hz = Math.Clamp(hz * Math.Pow(2, (random.NextDouble() - 0.45) / 4), PitchClasses.LowestHz, PitchClasses.HighestHz);
            if (random.Next(60) == 0) hz = random.Next(2) == 0 ? PitchClasses.LowestHz : PitchClasses.HighestHz;
            List<PitchCandidate> frame = [];
            if (t / 25 % 3 != 2) frame.Add(new PitchCandidate(hz, 0.2 + (0.6 * random.NextDouble())));
            if (random.Next(3) == 0) frame.Add(new PitchCandidate(Math.Max(PitchClasses.LowestHz, hz / 2), 0.1));
            if (random.Next(3) == 0) frame.Add(new PitchCandidate(Math.Min(PitchClasses.HighestHz, hz * 2), 0.1));
            yield return frame;
        }
    }

    private static double[] Plain(List<PitchCandidate>[] frames)
    {
        double logStay = Math.Log(1 - 0.01), logSwitch = Math.Log(0.01);
        double[] scores = new double[2 * s_states];
        List<int[]> from = [];
        foreach (List<PitchCandidate> candidates in frames)
        {
            double[] heard = new double[s_states], next = new double[2 * s_states];
            double any = 0;
            foreach (PitchCandidate candidate in candidates)
            {
                heard[StateOf(candidate.Hz)] += candidate.Probability;
                any += candidate.Probability;
            }

            int[] came = new int[2 * s_states];
            for (int state = 0; state < s_states; state++)
            {
                (double Score, int From) voiced = Best(0, state), unvoiced = Best(s_states, state);
                bool stays = voiced.Score + logStay >= unvoiced.Score + logSwitch, ends = voiced.Score + logSwitch > unvoiced.Score + logStay;
                next[state] = (stays ? voiced.Score + logStay : unvoiced.Score + logSwitch) + Math.Log(heard[state] + 1e-12);
                next[s_states + state] = (ends ? voiced.Score + logSwitch : unvoiced.Score + logStay) + Math.Log(Math.Max(1 - any, 1e-12) / s_states);
                (came[state], came[s_states + state]) = (stays ? voiced.From : unvoiced.From, ends ? voiced.From : unvoiced.From);
            }

            scores = next;
            from.Add(came);
        }

        int at = Array.IndexOf(scores, scores.Max());
        double[] hz = new double[frames.Length];
        for (int t = frames.Length - 1; t >= 0; at = from[t--][at]) hz[t] = at < s_states ? Heard(frames[t], at) : 0;
        return hz;

        (double Score, int From) Best(int first, int state)
        {
            (double Score, int From) best = (double.NegativeInfinity, 0);
            for (int other = Math.Max(0, state - Reach); other <= Math.Min(s_states - 1, state + Reach); other++)
            {
                double score = scores[first + other] + Math.Log((Reach + 1.0 - Math.Abs(other - state)) / ((Reach + 1.0) * (Reach + 1)));
                if (score > best.Score) best = (score, first + other);
            }

            return best;
        }
    }

    // The likeliest candidate within a state of it, else the state's own pitch.
    private static double Heard(List<PitchCandidate> candidates, int state)
    {
        double hz = PitchClasses.LowestHz * Math.Pow(2, (double)state / StatesPerOctave);
        return candidates.Where(each => Math.Abs(Math.Log2(each.Hz / hz)) * StatesPerOctave <= 1).OrderByDescending(each => each.Probability).Select(each => (double?)each.Hz).FirstOrDefault() ?? hz;
    }

    private static int StateOf(double hz) => Math.Clamp((int)Math.Round(StatesPerOctave * Math.Log2(hz / PitchClasses.LowestHz)), 0, s_states - 1);
}
