namespace RvcNative.Audio;

/// <summary>Levels at the two ends of conversion (mainline infer/vc/modules.py and infer/vc/pipeline.py).</summary>
public static class OutputLevel
{
    /// <summary>Scales a recording to a peak of 0.95 when it is louder, in place.</summary>
    public static void LimitInput(Span<float> samples)
    {
        float excess = InputExcess(Peak(samples));
        if (!(excess > 1)) return;
        foreach (ref float sample in samples) sample /= excess;
    }

    /// <summary>What <see cref="LimitInput"/> divides a recording of a peak by; not above 1 where it leaves it.</summary>
    public static float InputExcess(float peak) => peak / 0.95f;

    /// <summary>16-bit samples as mainline makes them: times 32768 / max(peak / 0.99, 1), truncated toward zero, all in float.</summary>
    public static short[] ToPcm16(ReadOnlySpan<float> samples)
    {
        float scale = Pcm16Scale(Peak(samples));
        short[] pcm = new short[samples.Length];
        for (int i = 0; i < pcm.Length; i++) pcm[i] = ToPcm16(samples[i], scale);
        return pcm;
    }

    /// <summary>What converted audio of a peak is divided by, so that it is 0.99 at most (Applio's rule for float output); not above 1 where it stays as it is.</summary>
    public static float OutputExcess(float peak) => peak / 0.99f;

    /// <summary>The factor of <see cref="ToPcm16(ReadOnlySpan{float})"/> for audio of a peak.</summary>
    public static float Pcm16Scale(float peak)
    {
        float excess = OutputExcess(peak);
        return excess > 1 ? 32768f / excess : 32768f;
    }

    /// <summary>One sample of it.</summary>
    public static short ToPcm16(float sample, float scale) => (short)Math.Clamp(sample * scale, short.MinValue, short.MaxValue);

    private static float Peak(ReadOnlySpan<float> samples)
    {
        float peak = 0;
        foreach (float sample in samples) peak = MathF.Max(peak, MathF.Abs(sample));
        return peak;
    }
}
