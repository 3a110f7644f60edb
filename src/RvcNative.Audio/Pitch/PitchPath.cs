using System.Numerics;
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
    private static readonly int Padded = (2 * Reach) + ((States + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count);
    private static readonly double[] LogMove = MoveWeights();
    private static readonly double LogStay = Math.Log(1 - SwitchProbability), LogSwitch = Math.Log(SwitchProbability), LogImpossible = Math.Log(Impossible);

    private readonly PathHistory<List<PitchCandidate>> _history;           // its states: all voiced ones, then all unvoiced ones
    private readonly List<double> _hz = [];

    // Log-likelihoods of the best paths so far, state s at s + Reach; what lies around them is never taken. Then the best moves to each state.
    private readonly double[] _voiced = Nowhere(), _unvoiced = Nowhere();
    private readonly double[] _voicedScore = new double[Padded], _voicedMove = new double[Padded], _unvoicedScore = new double[Padded], _unvoicedMove = new double[Padded];
    private readonly double[] _heard = new double[States];

    internal PitchPath() =>
        _history = new PathHistory<List<PitchCandidate>>((candidates, state) => _hz.Add(state < States ? Nearest(candidates, state) : 0));

    internal void Add(List<PitchCandidate> candidates)
    {
        double any = 0;
        foreach (PitchCandidate candidate in candidates)
        {
            _heard[State(candidate.Hz)] += candidate.Probability;
            any += candidate.Probability;
        }
        double logUnvoiced = Math.Log(Math.Max(1 - any, Impossible) / States);

        BestMoves(_voiced, _voicedScore, _voicedMove);
        BestMoves(_unvoiced, _unvoicedScore, _unvoicedMove);
        short[] from = new short[2 * States];
        for (int state = 0; state < States; state++)
        {
            double v = _voicedScore[state], u = _unvoicedScore[state];
            int vFrom = state + (int)_voicedMove[state], uFrom = States + state + (int)_unvoicedMove[state];
            bool stays = v + LogStay >= u + LogSwitch, ends = v + LogSwitch > u + LogStay;
            double logHeard = _heard[state] == 0 ? LogImpossible : Math.Log(_heard[state] + Impossible);
            _voiced[Reach + state] = (stays ? v + LogStay : u + LogSwitch) + logHeard;
            _unvoiced[Reach + state] = (ends ? v + LogSwitch : u + LogStay) + logUnvoiced;
            from[state] = (short)(stays ? vFrom : uFrom);
            from[States + state] = (short)(ends ? vFrom : uFrom);
        }
        foreach (PitchCandidate candidate in candidates) _heard[State(candidate.Hz)] = 0;
        _history.Add(from, candidates);
    }

    /// <summary>Pitch in Hz along the best path, 0 where it is unvoiced.</summary>
    internal double[] Decode()
    {
        ReadOnlySpan<double> voiced = _voiced.AsSpan(Reach, States), unvoiced = _unvoiced.AsSpan(Reach, States);
        int voicedBest = TensorPrimitives.IndexOfMax(voiced), unvoicedBest = TensorPrimitives.IndexOfMax(unvoiced);
        _history.Finish(voiced[voicedBest] > unvoiced[unvoicedBest] ? voicedBest : States + unvoicedBest);
        return [.. _hz];
    }

    // score[s] = max over m of scores[s + m] + LogMove[m], move[s] the first m that has it; several states at once, and moves as doubles to go with them.
    private static void BestMoves(double[] scores, double[] score, double[] move)
    {
        for (int state = 0; state < States; state += Vector<double>.Count)
        {
            Vector<double> best = new(double.NegativeInfinity), at = Vector<double>.Zero;
            for (int m = 0; m < LogMove.Length; m++)
            {
                Vector<double> moved = new Vector<double>(scores, state + m) + new Vector<double>(LogMove[m]);
                at = Vector.ConditionalSelect(Vector.GreaterThan(moved, best), new Vector<double>(m - Reach), at);
                best = Vector.Max(best, moved);
            }
            best.CopyTo(score, state);
            at.CopyTo(move, state);
        }
    }

    private static double[] Nowhere()
    {
        double[] scores = new double[Padded];
        Array.Fill(scores, double.NegativeInfinity);
        scores.AsSpan(Reach, States).Clear();
        return scores;
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

    private static double[] MoveWeights()
    {
        double[] weights = new double[2 * Reach + 1];
        for (int m = -Reach; m <= Reach; m++) weights[m + Reach] = Math.Log((Reach + 1.0 - Math.Abs(m)) / ((Reach + 1.0) * (Reach + 1)));
        return weights;
    }
}
