namespace RvcNative.Board.Runs;

/// <summary>The points of one curve in the order of their steps.</summary>
internal sealed class PointSeries
{
    private long[] _steps = new long[64];
    private double[] _times = new double[64];
    private float[] _values = new float[64];

    internal int Count { get; private set; }

    /// <summary>Goes up when points that were given out are replaced, so that a reader knows to begin anew.</summary>
    internal int Generation { get; private set; }

    internal ReadOnlySpan<long> Steps => _steps.AsSpan(0, Count);

    /// <summary>Seconds since 1970, UTC.</summary>
    internal ReadOnlySpan<double> Times => _times.AsSpan(0, Count);

    internal ReadOnlySpan<float> Values => _values.AsSpan(0, Count);

    /// <summary>Adds a point. Where the step goes back, training went on from an earlier save, and what was logged from there on is replaced.</summary>
    internal void Add(long step, double time, float value)
    {
        if (Count > 0 && step <= _steps[Count - 1])
        {
            int from = Array.BinarySearch(_steps, 0, Count, step);
            Count = from < 0 ? ~from : from;
            Generation++;
        }

        if (Count == _steps.Length)
        {
            Array.Resize(ref _steps, 2 * Count);
            Array.Resize(ref _times, 2 * Count);
            Array.Resize(ref _values, 2 * Count);
        }

        (_steps[Count], _times[Count], _values[Count]) = (step, time, value);
        Count++;
    }
}
