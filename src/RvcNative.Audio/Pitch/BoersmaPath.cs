namespace RvcNative.Audio;

/// <summary>
/// The path of Boersma's section 3.2: that of the highest sum of local strengths less its transition costs; a frame's candidate 0 is no voice. Not shared
/// between threads.
/// </summary>
internal sealed class BoersmaPath
{
    internal const double OctaveCost = 0.01;

    private const double OctaveJumpCost = 0.35, VoicingCost = 0.14;
    private readonly PathHistory<BoersmaCandidate[]> _history;
    private readonly List<double> _hz = [];
    private readonly double _highestHz;
    private BoersmaCandidate[] _before = [];
    private double[] _scores = [];

    internal BoersmaPath(double highestHz)
    {
        _highestHz = highestHz;
        _history = new PathHistory<BoersmaCandidate[]>((candidates, state) => _hz.Add(IsVoiced(candidates[state].Hz) ? candidates[state].Hz : 0));
    }

    /// <param name="unvoiced">The strength of no voice.</param>
    internal void Add(BoersmaCandidate[] candidates, double unvoiced)
    {
        double[] scores = new double[candidates.Length];
        short[] from = new short[candidates.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            BoersmaCandidate here = candidates[i];
            double strength = IsVoiced(here.Hz) ? here.Strength - (OctaveCost * Math.Log2(_highestHz / here.Hz)) : unvoiced;
            if (_history.IsEmpty)
            {
                scores[i] = strength;
                continue;
            }
            double best = double.NegativeInfinity;
            for (int j = 0; j < _before.Length; j++)
            {
                double score = _scores[j] - Transition(_before[j].Hz, here.Hz) + strength;
                if (score > best) (best, from[i]) = (score, (short)j);
            }
            scores[i] = best;
        }
        (_before, _scores) = (candidates, scores);
        _history.Add(from, candidates);
    }

    /// <summary>Pitch in Hz along the path, 0 where it is unvoiced.</summary>
    internal double[] Decode()
    {
        if (_scores.Length > 0) _history.Finish(Array.IndexOf(_scores, _scores.Max()));
        return [.. _hz];
    }

    private bool IsVoiced(double hz) => hz > 0 && hz < _highestHz;

    private double Transition(double one, double other) => (IsVoiced(one), IsVoiced(other)) switch
    {
        (true, true) => OctaveJumpCost * Math.Abs(Math.Log2(one / other)),
        (false, false) => 0,
        _ => VoicingCost,
    };
}
