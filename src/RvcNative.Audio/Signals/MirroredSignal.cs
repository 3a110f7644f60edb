namespace RvcNative.Audio;

/// <summary>A signal between its mirror images; those are short and kept, the rest is read when wanted.</summary>
internal sealed class MirroredSignal : Signal
{
    private readonly Signal _inner;
    private readonly int _before, _after;
    private readonly float[] _head, _tail;                   // what the images show

    internal MirroredSignal(Signal inner, int before, int after)
    {
        if (inner.Length == 0) throw new ArgumentException("An empty signal has no mirror image.", nameof(inner));
        (_inner, _before, _after) = (inner, before, after);
        _head = new float[Math.Min(inner.Length, before + 1)];
        _tail = new float[Math.Min(inner.Length, after + 1)];
        inner.Read(0, _head);
        inner.Read(inner.Length - _tail.Length, _tail);
    }

    public override int Length => _before + _inner.Length + _after;

    public override void Read(int start, Span<float> samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + samples.Length, Length);
        int first = start - _before, length = _inner.Length;
        int inside = Math.Clamp(-first, 0, samples.Length), end = Math.Clamp(length - first, inside, samples.Length);
        for (int i = 0; i < inside; i++) samples[i] = _head[Mirror.Place(first + i, length)];
        if (end > inside) _inner.Read(first + inside, samples[inside..end]);
        for (int i = end; i < samples.Length; i++) samples[i] = _tail[Mirror.Place(first + i, length) - (length - _tail.Length)];
    }
}
