using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>
/// The second stage of pYIN: the likeliest path (Viterbi) through states of pitch, in steps of 20 cents, each voiced or unvoiced. An
/// unvoiced state remembers a pitch, so a voice comes back near where it left. Not shared between threads.
/// </summary>
internal sealed class PitchPath
{
    private const int StatesPerOctave = 60, Reach = 21;      // at most 4.2 semitones in 10 ms
    private const double SwitchProbability = 0.01, Impossible = 1e-12;

    private static readonly int States = 1 + (int)Math.Round(StatesPerOctave * Math.Log2(PitchClasses.HighestHz / PitchClasses.LowestHz));
    private static readonly double[] LogMove = MoveWeights();
    private static readonly double LogStay = Math.Log(1 - SwitchProbability), LogSwitch = Math.Log(SwitchProbability);

    private readonly PathHistory<List<PitchCandidate>> _history;           // its states: all voiced ones, then all unvoiced ones
    private readonly List<double> _hz = [];
    private double[] _voiced = new double[States], _unvoiced = new double[States];   // log-likelihoods of the best paths so far

    internal PitchPath() =>
        _history = new PathHistory<List<PitchCandidate>>((candidates, state) => _hz.Add(state < States ? Nearest(candidates, state) : 0));

    internal void Add(List<PitchCandidate> candidates)
    {
        double[] heard = new double[States];
        double any = 0;
        foreach (PitchCandidate candidate in candidates)
        {
            heard[State(candidate.Hz)] += candidate.Probability;
            any += candidate.Probability;
        }
        double logUnvoiced = Math.Log(Math.Max(1 - any, Impossible) / States);

        double[] voiced = new double[States], unvoiced = new double[States];
        short[] from = new short[2 * States];
        for (int state = 0; state < States; state++)
        {
            (double v, int vFrom) = BestMove(_voiced, state);
            (double u, int uFrom) = BestMove(_unvoiced, state);
            bool stays = v + LogStay >= u + LogSwitch, ends = v + LogSwitch > u + LogStay;
            voiced[state] = (stays ? v + LogStay : u + LogSwitch) + Math.Log(heard[state] + Impossible);
            unvoiced[state] = (ends ? v + LogSwitch : u + LogStay) + logUnvoiced;
            from[state] = (short)(stays ? vFrom : States + uFrom);
            from[States + state] = (short)(ends ? vFrom : States + uFrom);
        }
        (_voiced, _unvoiced) = (voiced, unvoiced);
        _history.Add(from, candidates);
    }

    /// <summary>Pitch in Hz along the best path, 0 where it is unvoiced.</summary>
    internal double[] Decode()
    {
        int voicedBest = IndexOfMax(_voiced), unvoicedBest = IndexOfMax(_unvoiced);
        _history.Finish(_voiced[voicedBest] > _unvoiced[unvoicedBest] ? voicedBest : States + unvoicedBest);
        return [.. _hz];
    }

    private static (double Score, int From) BestMove(double[] scores, int state)
    {
        double best = double.NegativeInfinity;
        int move = 0, first = Math.Max(-Reach, -state), last = Math.Min(Reach, States - 1 - state);
        for (int m = first; m <= last; m++)
        {
            double score = scores[state + m] + LogMove[m + Reach];
            if (score > best) (best, move) = (score, m);
        }
        return (best, state + move);
    }

    // The candidate itself where one lies at the state, for it is finer than the state's 20 cents.
    private static double Nearest(List<PitchCandidate> candidates, int state)
    {
        double hz = PitchClasses.LowestHz * Math.Pow(2, (double)state / StatesPerOctave), likeliest = 0, found = hz;
        foreach (PitchCandidate candidate in candidates)
            if (candidate.Probability > likeliest && Math.Abs(Math.Log2(candidate.Hz / hz)) * StatesPerOctave <= 1)
                (likeliest, found) = (candidate.Probability, candidate.Hz);
        return found;
    }

    private static int State(double hz) =>
        Math.Clamp((int)Math.Round(StatesPerOctave * Math.Log2(hz / PitchClasses.LowestHz)), 0, States - 1);

    private static int IndexOfMax(double[] values) => TensorPrimitives.IndexOfMax<double>(values);

    private static double[] MoveWeights()
    {
        double[] weights = new double[2 * Reach + 1];
        for (int m = -Reach; m <= Reach; m++) weights[m + Reach] = Math.Log((Reach + 1.0 - Math.Abs(m)) / ((Reach + 1.0) * (Reach + 1)));
        return weights;
    }
}
