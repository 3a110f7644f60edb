namespace RvcNative.Audio;

/// <summary>Causal filtering from rest of a signal that comes block after block; the same to the last bit as <see cref="IirFilter.Forward(ReadOnlySpan{double})"/> of the whole.</summary>
public sealed class IirStream(IirFilter filter)
{
    private readonly double[] _state = new double[filter.Numerator.Length - 1];

    /// <summary>Filters the next block in place.</summary>
    public void Run(Span<double> block) => filter.Run(block, _state);
}
