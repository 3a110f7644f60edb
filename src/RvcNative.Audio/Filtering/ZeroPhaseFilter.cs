namespace RvcNative.Audio;

/// <summary>
/// Filtering forward and backward, without delay (scipy's filtfilt), of a signal that need not be in memory: it is extended at both ends by its odd mirror
/// image, 3 times the filter's length, and each pass starts in the steady state of its first sample. A signal too short for that is extended as far as it
/// reaches (scipy refuses it). The forward pass goes on from block to block; the backward pass of a block begins behind it, so far that what it began
/// with is forgotten: a signal of several blocks differs from one that is filtered at once by the rounding of doubles, which a high-pass at 48 Hz
/// in direct form raises to some 1e-7.
/// </summary>
public sealed class ZeroPhaseFilter
{
    private const int DefaultBlockSamples = 1 << 18;

    // Far below the rounding of doubles.
    private const double Forgotten = 1e-38;
    private readonly IirFilter _filter;
    private readonly int _blockSamples, _settleSamples;

    /// <param name="blockSamples">Samples that are kept at a time; tests take few.</param>
    /// <exception cref="ArgumentException">The filter's response does not decay.</exception>
    public ZeroPhaseFilter(IirFilter filter, int blockSamples = DefaultBlockSamples) =>
        (_filter, _blockSamples, _settleSamples) = (filter, blockSamples, Settle(filter));

    /// <summary>Filters all of a signal; the result comes block after block.</summary>
    public void Run(Signal x, FilteredSink sink)
    {
        if (x.Length == 0) return;
        OddExtension extended = new(x, Math.Min(3 * _filter.Numerator.Length, x.Length - 1));
        double[] steady = _filter.SteadyState(), held = new double[_blockSamples + _settleSamples], block = new double[held.Length];
        double[]? state = null;
        int count = 0;                                       // forward-filtered samples in held, the first of which is the block's
        for (int start = 0; start < extended.Length; start += _blockSamples)
        {
            int wanted = Math.Min(held.Length, extended.Length - start), kept = Math.Min(_blockSamples, wanted);
            Span<double> fresh = held.AsSpan(count, wanted - count);
            extended.Read(start + count, fresh);
            state ??= Scaled(steady, held[0]);
            _filter.Run(fresh, state);
            held.AsSpan(0, wanted).CopyTo(block);
            Span<double> backward = block.AsSpan(0, wanted);
            backward.Reverse();
            _filter.Run(backward, Scaled(steady, backward[0]));
            backward.Reverse();
            Give(extended, start, backward[..kept], sink);
            count = wanted - kept;
            held.AsSpan(kept, count).CopyTo(held);
        }
    }

    /// <summary>All of the result at once.</summary>
    public double[] Run(Signal x)
    {
        double[] y = new double[x.Length];
        int done = 0;
        Run(x, block =>
        {
            block.CopyTo(y.AsSpan(done));
            done += block.Length;
        });
        return y;
    }

    // Without the extension.
    private static void Give(OddExtension extended, int start, ReadOnlySpan<double> block, FilteredSink sink)
    {
        int from = Math.Clamp(extended.Margin - start, 0, block.Length), end = Math.Clamp(extended.Length - extended.Margin - start, from, block.Length);
        if (end > from) sink(block[from..end]);
    }

    private static double[] Scaled(double[] state, double value) => [.. state.Select(z => z * value)];

    // Samples after which the impulse response has decayed.
    private static int Settle(IirFilter filter)
    {
        const int step = 1 << 12, most = 1 << 18;
        double[] signal = new double[step], state = new double[filter.Numerator.Length - 1];
        signal[0] = 1;
        for (int samples = step; samples <= most; samples += step)
        {
            filter.Run(signal, state);
            if (signal.Max(Math.Abs) < Forgotten) return samples;
            Array.Clear(signal);
        }

        throw new ArgumentException($"A filter whose response lasts longer than {most} samples cannot be run in blocks.", nameof(filter));
    }

    // The signal and its odd mirror images, as scipy extends it.
    private sealed class OddExtension(Signal inner, int margin)
    {
        private readonly float[] _head = Ends(inner, margin, 0), _tail = Ends(inner, margin, inner.Length - margin - 1);

        internal int Margin => margin;

        internal int Length => inner.Length + (2 * margin);

        internal void Read(int start, Span<double> samples)
        {
            float[] values = new float[samples.Length];
            inner.ReadPadded(start - margin, values);
            for (int i = 0; i < samples.Length; i++)
            {
                int place = start + i - margin, past = place - (inner.Length - 1);
                samples[i] = place < 0 ? (2.0 * _head[0]) - _head[-place] : past > 0 ? (2.0 * _tail[^1]) - _tail[^(past + 1)] : values[i];
            }
        }

        private static float[] Ends(Signal inner, int margin, int start)
        {
            float[] ends = new float[margin + 1];
            inner.Read(start, ends);
            return ends;
        }
    }
}

/// <summary>Takes filtered samples, which are the giver's again after the call.</summary>
public delegate void FilteredSink(ReadOnlySpan<double> samples);
