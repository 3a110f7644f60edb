using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>What counts as silence between sentences; the defaults are mainline's (train/preprocess.py).</summary>
public sealed record SlicerSettings(
    double ThresholdDb = -42, int MinLengthMs = 1500, int MinIntervalMs = 400, int HopMs = 15, int MaxSilenceKeptMs = 500);

/// <summary>Samples [Start, End) of a recording.</summary>
public readonly record struct SampleRange(int Start, int End)
{
    public int Length => End - Start;
}

/// <summary>Cuts a recording at its silences as mainline does (train/dataset/slicer2.py). Immutable.</summary>
public sealed class SilenceSlicer
{
    private readonly double _threshold;
    private readonly int _minLength, _minInterval, _maxKept;     // frames

    public SilenceSlicer(int sampleRateHz, SlicerSettings? settings = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRateHz);
        SlicerSettings s = settings ?? new();
        if (s.HopMs <= 0 || s.MinLengthMs < s.MinIntervalMs || s.MinIntervalMs < s.HopMs || s.MaxSilenceKeptMs < s.HopMs)
            throw new ArgumentException($"Slicing wants min length >= min interval >= hop > 0 and kept silence >= hop, got {s}.", nameof(settings));
        // Math.Round rounds halves to even, as Python's round does.
        double interval = (double)sampleRateHz * s.MinIntervalMs / 1000;
        _threshold = Math.Pow(10, s.ThresholdDb / 20);
        HopSamples = (int)Math.Round((double)sampleRateHz * s.HopMs / 1000);
        WindowSamples = Math.Min((int)Math.Round(interval), 4 * HopSamples);
        _minLength = (int)Math.Round((double)sampleRateHz * s.MinLengthMs / 1000 / HopSamples);
        _minInterval = (int)Math.Round(interval / HopSamples);
        _maxKept = (int)Math.Round((double)sampleRateHz * s.MaxSilenceKeptMs / 1000 / HopSamples);
    }

    /// <summary>Root mean square below which a frame is silent.</summary>
    public double Threshold => _threshold;

    public int HopSamples { get; }

    public int WindowSamples { get; }

    /// <summary>Root mean square per frame: WindowSamples around every HopSamples-th sample, zeros beyond the ends.</summary>
    public double[] Rms(ReadOnlySpan<double> samples)
    {
        RmsStream rms = new(HopSamples, WindowSamples);
        rms.Add(samples);
        return rms.Finish();
    }

    // Zeros beyond the ends add nothing to a frame's sum.
    private double[] Rms(Signal samples)
    {
        int margin = WindowSamples / 2, padded = samples.Length + (2 * margin);
        if (padded < WindowSamples) return [];
        double[] rms = new double[((padded - WindowSamples) / HopSamples) + 1], frame = new double[WindowSamples];
        float[] read = new float[WindowSamples];
        for (int i = 0; i < rms.Length; i++)
        {
            samples.ReadPadded((i * HopSamples) - margin, read);
            TensorPrimitives.ConvertTruncating<float, double>(read, frame);
            rms[i] = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(frame) / WindowSamples);
        }
        return rms;
    }

    /// <summary>
    /// The parts to keep, in order; a part may be empty. A recording of at most 100 samples is kept whole: mainline compares samples with
    /// the shortest length in frames there, and so do we.
    /// </summary>
    public IReadOnlyList<SampleRange> Slice(ReadOnlySpan<double> samples) => Slice(Rms(samples), samples.Length);

    /// <summary>As <see cref="Slice(ReadOnlySpan{double})"/>, of a recording that need not be in memory.</summary>
    public IReadOnlyList<SampleRange> Slice(Signal samples) => Slice(Rms(samples), samples.Length);

    /// <summary>The same of a recording's frames.</summary>
    /// <param name="rms">Root mean square of every frame.</param>
    public IReadOnlyList<SampleRange> Slice(double[] rms, int samples)
    {
        if (samples <= _minLength) return [new(0, samples)];
        List<(int Start, int End)> silences = Silences(rms);
        if (silences.Count == 0) return [new(0, samples)];

        List<SampleRange> parts = [];
        if (silences[0].Start > 0) parts.Add(Range(0, silences[0].Start, samples));
        for (int i = 1; i < silences.Count; i++) parts.Add(Range(silences[i - 1].End, silences[i].Start, samples));
        if (silences[^1].End < rms.Length) parts.Add(Range(silences[^1].End, rms.Length, samples));
        return parts;
    }

    // Frames [Start, End) to leave out. Of a silence up to MaxSilenceKept only its quietest frame is a cut; of a longer one, that much is
    // kept on both sides.
    private List<(int Start, int End)> Silences(double[] rms)
    {
        List<(int, int)> silences = [];
        int? silenceStart = null;
        int clipStart = 0;
        for (int i = 0; i < rms.Length; i++)
        {
            if (rms[i] < _threshold)
            {
                silenceStart ??= i;
                continue;
            }
            if (silenceStart is not int from) continue;
            silenceStart = null;
            bool leading = from == 0 && i > _maxKept;
            bool middle = i - from >= _minInterval && i - clipStart >= _minLength;
            if (!leading && !middle) continue;

            (int left, int right) = Edges(rms, from, i);
            silences.Add((from == 0 ? 0 : left, right));
            clipStart = right;
        }
        if (silenceStart is int last && rms.Length - last >= _minInterval)
            silences.Add((Quietest(rms, last, Math.Min(rms.Length, last + _maxKept) + 1), rms.Length + 1));
        return silences;
    }

    // Where the silence [from, to) is cut: the quietest frames near its two ends.
    private (int Left, int Right) Edges(double[] rms, int from, int to)
    {
        if (to - from <= _maxKept)
        {
            int cut = Quietest(rms, from, to + 1);
            return (cut, cut);
        }
        int left = Quietest(rms, from, from + _maxKept + 1), right = Quietest(rms, to - _maxKept, to + 1);
        if (to - from > 2 * _maxKept || from == 0) return (left, right);
        int middle = Quietest(rms, to - _maxKept, from + _maxKept + 1);   // the two ends overlap here
        return (Math.Min(left, middle), Math.Max(right, middle));
    }

    private static int Quietest(double[] rms, int start, int end) =>
        start + TensorPrimitives.IndexOfMin<double>(rms.AsSpan(start, Math.Min(end, rms.Length) - start));

    private SampleRange Range(int startFrame, int endFrame, int samples)
    {
        int start = Math.Min(startFrame * HopSamples, samples);
        return new(start, Math.Max(start, (int)Math.Min(samples, (long)endFrame * HopSamples)));
    }
}
