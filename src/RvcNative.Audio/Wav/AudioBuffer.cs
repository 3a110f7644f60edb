namespace RvcNative.Audio;

/// <summary>Decoded audio: interleaved samples in [-1, 1] (floats may exceed it), their rate and channel count.</summary>
public sealed class AudioBuffer
{
    /// <param name="samples">Frames after each other, one sample a channel; not copied.</param>
    /// <exception cref="ArgumentException">The samples are no whole number of frames, or the rate or channel count is not positive.</exception>
    public AudioBuffer(float[] samples, int sampleRateHz, int channels = 1)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRateHz);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        if (samples.Length % channels != 0)
            throw new ArgumentException($"{samples.Length} samples are no whole number of frames of {channels} channels.", nameof(samples));
        Samples = samples;
        SampleRateHz = sampleRateHz;
        Channels = channels;
    }

    public float[] Samples { get; }

    public int SampleRateHz { get; }

    public int Channels { get; }

    /// <summary>Sampling instants, each of one sample a channel.</summary>
    public int Frames => Samples.Length / Channels;

    public double Seconds => (double)Frames / SampleRateHz;

    /// <summary>The mean of the channels; the samples themselves (not a copy) when there is one channel.</summary>
    public float[] ToMono()
    {
        if (Channels == 1) return Samples;
        float[] mono = new float[Frames];
        for (int frame = 0; frame < mono.Length; frame++) mono[frame] = Mean(Samples.AsSpan(frame * Channels, Channels));
        return mono;
    }

    internal static float Mean(ReadOnlySpan<float> frame)
    {
        if (frame.Length == 1) return frame[0];
        double sum = 0;
        foreach (float sample in frame) sum += sample;
        return (float)(sum / frame.Length);
    }
}
