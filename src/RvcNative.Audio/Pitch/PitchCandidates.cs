using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>A pitch that a frame may have, and how likely it is.</summary>
internal readonly record struct PitchCandidate(double Hz, double Probability);

/// <summary>
/// The first stage of pYIN: YIN's normalised difference (de Cheveigne and Kawahara 2002, eq. 8) and its troughs, each weighed by how many
/// thresholds would choose it when the threshold follows a Beta(2, 18) distribution. Not shared between threads.
/// </summary>
internal sealed class PitchCandidates
{
    private const int WindowSamples = 512, ShortestLag = 14, LongestLag = 320;        // 1143 Hz and 50 Hz
    private const double NoTroughWeight = 0.01;                                       // for the deepest trough when every threshold lies below it
    private const double QuietestOfPeak = 1e-3, QuietestRms = 1e-5;                   // frames below are silent: -60 dB of the loudest

    private const int Reach = (WindowSamples + LongestLag + 2) / 2;

    private readonly Signal _wave;
    private readonly float[] _read = new float[(2 * Reach) + 1];
    private readonly double[] _x = new double[(2 * Reach) + 1];            // what a frame hears, its centre at Reach
    private readonly int _shift, _samples;                   // zeros lie around a signal that is shorter than one window
    private readonly double _gate;
    private readonly double[] _difference = new double[LongestLag + 2], _normalised = new double[LongestLag + 2];

    internal PitchCandidates(Signal wave)
    {
        _wave = wave;
        _shift = Math.Max(0, ((2 * Reach) - wave.Length + 1) / 2);
        _samples = wave.Length + (2 * _shift);
        double loudest = 0;
        for (int start = 0; start + WindowSamples <= _samples; start += WindowSamples / 2)
        {
            Hear(start, WindowSamples);
            loudest = Math.Max(loudest, Rms(0));
        }
        _gate = Math.Max(QuietestRms, QuietestOfPeak * loudest);
    }

    /// <summary>Candidates around a sample; their probabilities sum to at most 1, the rest speaks for no voice.</summary>
    internal List<PitchCandidate> At(int sample)
    {
        List<PitchCandidate> candidates = [];
        int center = Math.Clamp(sample + _shift, Reach, _samples - Reach);                // windows stay inside the signal: its edges are no onsets
        Hear(center - Reach, _x.Length);
        if (Rms(Reach - WindowSamples / 2) < _gate) return candidates;
        Difference();

        // Threshold s chooses the first trough below s: trough i for s between its depth and the depth of every trough before it.
        double shallowest = 1, deepestAt = 0;
        for (int lag = ShortestLag; lag <= LongestLag; lag++)
        {
            if (!(_normalised[lag] < _normalised[lag - 1] && _normalised[lag] <= _normalised[lag + 1])) continue;
            double depth = Math.Max(0, Vertex(_normalised, lag).Value);
            if (depth >= shallowest) continue;
            deepestAt = Pyin.SampleRateHz / (lag + Vertex(_difference, lag).Offset);
            Add(candidates, deepestAt, Beta(shallowest) - Beta(depth));
            shallowest = depth;
        }
        if (deepestAt > 0) Add(candidates, deepestAt, NoTroughWeight * Beta(shallowest));
        return candidates;
    }

    // Samples from a place on, zeros beyond the ends.
    private void Hear(int start, int count)
    {
        _wave.ReadPadded(start - _shift, _read.AsSpan(0, count));
        for (int i = 0; i < count; i++) _x[i] = _read[i];
    }

    // d(lag) = sum (x[j] - x[j + lag])^2 with both windows placed evenly around the centre, so that a gliding pitch is read at its middle;
    // d'(lag) = d(lag) / mean of d(1..lag).
    private void Difference()
    {
        double sum = 0;
        _normalised[0] = 1;
        for (int lag = 1; lag < _difference.Length; lag++)
        {
            int start = Reach - (WindowSamples + lag) / 2;
            double distance = TensorPrimitives.Distance<double>(_x.AsSpan(start, WindowSamples), _x.AsSpan(start + lag, WindowSamples));
            _difference[lag] = distance * distance;
            sum += _difference[lag];
            _normalised[lag] = sum > 0 ? _difference[lag] * lag / sum : 1;
        }
    }

    private double Rms(int start) => TensorPrimitives.Norm<double>(_x.AsSpan(start, WindowSamples)) / Math.Sqrt(WindowSamples);

    // The parabola through a trough and its neighbours.
    private static (double Offset, double Value) Vertex(double[] y, int i)
    {
        double bend = y[i - 1] - 2 * y[i] + y[i + 1], slope = (y[i + 1] - y[i - 1]) / 2;
        if (bend <= 0) return (0, y[i]);
        double offset = Math.Clamp(-slope / bend, -1, 1);
        return (offset, y[i] + offset * (slope + offset * bend / 2));
    }

    private static void Add(List<PitchCandidate> candidates, double hz, double probability)
    {
        if (hz is >= PitchClasses.LowestHz and <= PitchClasses.HighestHz && probability > 0) candidates.Add(new(hz, probability));
    }

    /// <summary>Distribution function of Beta(2, 18), the paper's prior with mean 0.1.</summary>
    private static double Beta(double x) => 1 - Math.Pow(1 - x, 18) * (1 + 18 * x);
}
