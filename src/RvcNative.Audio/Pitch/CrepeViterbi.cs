namespace RvcNative.Audio;

/// <summary>
/// The likeliest path through CREPE's bins, taken frame by frame (torchcrepe/decode.py, viterbi, through librosa.sequence.viterbi): a frame's
/// probabilities are the softmax of the network's sigmoid outputs over the bins of a range, moves have max(12 - |i - j|, 0) normalised by row, every start is as
/// likely. Not shared between threads.
/// </summary>
public sealed class CrepeViterbi
{
    private const int Reach = 12;                            // a move of 12 bins or more has probability 0
    private const int Count = PitchBins.Count;

    // What librosa adds before it takes a logarithm: the smallest normal float. A move of probability 0 costs it, and is possible.
    private static readonly double LogNothing = Math.Log(1.17549435e-38);
    private static readonly double[] LogMove = Moves();

    private readonly int _first, _end;                       // bins of the range
    private readonly PathHistory<float[]> _history;         // its states begin with the range's first bin
    private readonly List<int> _bins = [];
    private readonly List<float> _periodicity = [];
    private readonly double[] _heard = new double[Count];
    private double[] _scores = new double[Count], _before = new double[Count];

    /// <exception cref="ArgumentException">No bin lies in the range.</exception>
    public CrepeViterbi(double lowestHz = PitchClasses.LowestHz, double highestHz = PitchClasses.HighestHz)
    {
        (_first, _end) = (Math.Max(0, (int)Math.Floor(PitchBins.OfHz(lowestHz))), Math.Min(Count, (int)Math.Ceiling(PitchBins.OfHz(highestHz))));
        if (_first >= _end) throw new ArgumentException($"None of CREPE's bins, {PitchBins.ToHz(PitchBins.Cents(0)):0.0} to {PitchBins.ToHz(PitchBins.Cents(Count - 1)):0} Hz, lies within {lowestHz} to {highestHz} Hz.");
        _history = new PathHistory<float[]>((outputs, state) =>
        {
            _bins.Add(_first + state);
            _periodicity.Add(outputs[_first + state]);
        });
    }

    /// <summary>Takes the frames that follow.</summary>
    /// <param name="outputs">[t, 360], the network's outputs after the sigmoid.</param>
    public void Add(ReadOnlySpan<float> outputs)
    {
        if (outputs.Length % Count != 0) throw new ArgumentException($"{outputs.Length} values are no whole number of frames of {Count} bins.", nameof(outputs));
        for (int at = 0; at < outputs.Length; at += Count) AddFrame(outputs.Slice(at, Count));
    }

    /// <summary>The path through all frames.</summary>
    public CrepePath Finish()
    {
        int best = _first;
        for (int bin = _first; bin < _end; bin++) if (_scores[bin] > _scores[best]) best = bin;
        _history.Finish(best - _first);
        return new CrepePath([.. _bins], [.. _bins.Select(bin => PitchBins.ToHz(PitchBins.Cents(bin)))], [.. _periodicity]);
    }

    private void AddFrame(ReadOnlySpan<float> outputs)
    {
        LogSoftmax(outputs);
        short[] from = new short[_end - _first];
        (_before, _scores) = (_scores, _before);
        if (_history.IsEmpty) for (int bin = _first; bin < _end; bin++) _scores[bin] = _heard[bin] - Math.Log(Count);
        else Step(from);
        _history.Add(from, outputs.ToArray());
    }

    // Of all states before, only those within reach and the best of the others can be the best: moves out of reach cost the same.
    private void Step(short[] from)
    {
        int best = _first;
        for (int bin = _first; bin < _end; bin++) if (_before[bin] > _before[best]) best = bin;
        for (int to = _first; to < _end; to++)
        {
            (double highest, int chosen) = (_before[best] + LogNothing, best);
            if (Math.Abs(best - to) < Reach) highest = double.NegativeInfinity;
            for (int state = Math.Max(_first, to - Reach + 1); state < Math.Min(_end, to + Reach); state++)
            {
                double score = _before[state] + LogMove[(state * Count) + to];
                if (score > highest || (score == highest && state < chosen)) (highest, chosen) = (score, state);
            }
            _scores[to] = highest + _heard[to];
            from[to - _first] = (short)(chosen - _first);
        }
    }

    private void LogSoftmax(ReadOnlySpan<float> outputs)
    {
        double sum = 0;
        float most = 0;
        for (int bin = _first; bin < _end; bin++) most = Math.Max(most, outputs[bin]);
        for (int bin = _first; bin < _end; bin++) sum += _heard[bin] = Math.Exp(outputs[bin] - most);
        for (int bin = _first; bin < _end; bin++) _heard[bin] = Math.Log(_heard[bin] / sum);
    }

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
