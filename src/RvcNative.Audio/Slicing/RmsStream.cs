using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>Root mean squares of windows around every hop-th sample of a signal that comes block after block, with zeros beyond its ends.</summary>
public sealed class RmsStream(int hopSamples, int windowSamples)
{
    private readonly int _margin = windowSamples / 2;
    private readonly List<double> _rms = [];
    private double[] _held = new double[windowSamples * 8];
    private long _firstPlace;                                // of _held[0]
    private int _count;

    /// <summary>Samples so far.</summary>
    public long Samples => _firstPlace + _count;

    public void Add(ReadOnlySpan<double> block)
    {
        while (!block.IsEmpty)
        {
            int passed = (int)Math.Clamp(Start(_rms.Count) - _firstPlace, 0, _count);
            _held.AsSpan(passed, _count - passed).CopyTo(_held);
            (_firstPlace, _count) = (_firstPlace + passed, _count - passed);
            int taken = Math.Min(block.Length, _held.Length - _count);
            block[..taken].CopyTo(_held.AsSpan(_count));
            _count += taken;
            block = block[taken..];
            while (Start(_rms.Count) + windowSamples <= Samples) _rms.Add(Next(windowSamples));
        }
    }

    /// <summary>All windows; nothing can be added after it.</summary>
    public double[] Finish()
    {
        long padded = Samples + (2 * _margin);
        long frames = padded < windowSamples ? 0 : ((padded - windowSamples) / hopSamples) + 1;
        while (_rms.Count < frames) _rms.Add(Next((int)Math.Max(0, Samples - Start(_rms.Count))));
        return [.. _rms];
    }

    private long Start(int frame) => ((long)frame * hopSamples) - _margin;

    // The first samples of the next window, fewer where it reaches beyond the end or began before the start.
    private double Next(int samples)
    {
        long start = Start(_rms.Count);
        int from = (int)(Math.Max(0, start) - _firstPlace), end = (int)(Math.Max(start, start + samples) - _firstPlace);
        return from < end ? Math.Sqrt(TensorPrimitives.SumOfSquares<double>(_held.AsSpan(from, end - from)) / windowSamples) : 0;
    }
}
