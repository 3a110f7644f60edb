namespace RvcNative.Audio;

/// <summary>Extends a signal by its mirror image (numpy's and torch's "reflect": the edge sample is not repeated).</summary>
public static class Mirror
{
    /// <summary>The place within [0, length) whose sample stands at a place of the extended signal.</summary>
    public static int Place(int place, int length)
    {
        int period = Math.Max(2 * (length - 1), 1), at = Math.Abs(place) % period;
        return Math.Min(at, period - at);
    }

    /// <summary>
    /// [N] becomes [N + 2 * padSamples]. A signal shorter than the margin is mirrored again and again, as numpy does; torch refuses it.
    /// </summary>
    public static T[] Pad<T>(ReadOnlySpan<T> x, int padSamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(padSamples);
        if (x.IsEmpty) throw new ArgumentException("An empty signal has no mirror image.", nameof(x));
        T[] y = new T[x.Length + 2 * padSamples];
        x.CopyTo(y.AsSpan(padSamples));
        int period = Math.Max(2 * (x.Length - 1), 1);
        for (int i = 1; i <= padSamples; i++)
        {
            int left = i % period, right = (x.Length - 1 + i) % period;
            y[padSamples - i] = x[Math.Min(left, period - left)];
            y[padSamples + x.Length - 1 + i] = x[Math.Min(right, period - right)];
        }
        return y;
    }
}
