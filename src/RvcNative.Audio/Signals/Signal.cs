namespace RvcNative.Audio;

/// <summary>
/// Samples of one channel, read where they are wanted, so that a recording need not be in memory. Reading is for several threads at once only where all
/// of it is an array.
/// </summary>
public abstract class Signal
{
    private const int BlockSamples = 1 << 15;

    public abstract int Length { get; }

    /// <summary>Fills the block with the samples from a place on, which must all be there.</summary>
    public abstract void Read(int start, Span<float> samples);

    /// <summary>Likewise, with zeros beyond both ends.</summary>
    public void ReadPadded(int start, Span<float> samples)
    {
        int from = Math.Clamp(start, 0, Length), end = Math.Clamp(start + samples.Length, from, Length);
        samples.Clear();
        if (end > from) Read(from, samples[(from - start)..(end - start)]);
    }

    /// <summary>Gives all samples in blocks, in order.</summary>
    public void ForEachBlock(SampleBlock block)
    {
        float[] values = new float[Math.Min(BlockSamples, Length)];
        for (int start = 0; start < Length; start += BlockSamples)
        {
            Span<float> part = values.AsSpan(0, Math.Min(BlockSamples, Length - start));
            Read(start, part);
            block(start, part);
        }
    }

    /// <summary>A stretch of it.</summary>
    public Signal Part(int start, int length) =>
        start >= 0 && length >= 0 && start + length <= Length ? new Stretch(this, start, length)
        : throw new ArgumentOutOfRangeException(nameof(start), $"Samples {start} to {start + length} of a signal that has {Length}.");

    /// <summary>It with samples of its mirror image at both ends (<see cref="Mirror"/>).</summary>
    public Signal Mirrored(int before, int after) => new MirroredSignal(this, before, after);

    public float[] ToArray()
    {
        float[] samples = new float[Length];
        Read(0, samples);
        return samples;
    }

    /// <summary>An array as a signal; it is not copied.</summary>
    public static Signal Of(float[] samples) => new ArraySignal(samples);

    /// <inheritdoc cref="Of"/>
    public static implicit operator Signal(float[] samples) => Of(samples);

    private sealed class ArraySignal(float[] samples) : Signal
    {
        public override int Length => samples.Length;

        public override void Read(int start, Span<float> block) => samples.AsSpan(start, block.Length).CopyTo(block);
    }

    private sealed class Stretch(Signal whole, int first, int length) : Signal
    {
        public override int Length => length;

        public override void Read(int start, Span<float> samples)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(start + samples.Length, length);
            whole.Read(first + start, samples);
        }
    }
}
