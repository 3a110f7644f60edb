namespace RvcNative.Audio;

/// <summary>Levels at the two ends of conversion (mainline infer/vc/modules.py and infer/vc/pipeline.py).</summary>
public static class OutputLevel
{
    /// <summary>Scales a recording to a peak of 0.95 when it is louder, in place.</summary>
    public static void LimitInput(Span<float> samples)
    {
        float excess = Peak(samples) / 0.95f;
        if (!(excess > 1)) return;
        foreach (ref float sample in samples) sample /= excess;
    }

    /// <summary>Scales converted audio to a peak of 0.99 when it is louder, in place (Applio's rule for float output).</summary>
    public static void LimitOutput(Span<float> samples)
    {
        float excess = Peak(samples) / 0.99f;
        if (!(excess > 1)) return;
        foreach (ref float sample in samples) sample /= excess;
    }

    /// <summary>16-bit samples as mainline makes them: times 32768 / max(peak / 0.99, 1), truncated toward zero, all in float.</summary>
    public static short[] ToPcm16(ReadOnlySpan<float> samples)
    {
        float excess = Peak(samples) / 0.99f, scale = excess > 1 ? 32768f / excess : 32768f;
        short[] pcm = new short[samples.Length];
        for (int i = 0; i < pcm.Length; i++) pcm[i] = (short)Math.Clamp(samples[i] * scale, short.MinValue, short.MaxValue);
        return pcm;
    }

    private static float Peak(ReadOnlySpan<float> samples)
    {
        float peak = 0;
        foreach (float sample in samples) peak = MathF.Max(peak, MathF.Abs(sample));
        return peak;
    }
}
