namespace RvcNative.Audio;

/// <summary>Levels at the two ends of conversion, from the peak of all samples (mainline infer/vc/modules.py and infer/vc/pipeline.py).</summary>
public static class OutputLevel
{
    /// <summary>What a recording of a peak is divided by, so that it is 0.95 at most; not above 1 where it stays as it is.</summary>
    public static float InputExcess(float peak) => peak / 0.95f;

    /// <summary>What converted audio of a peak is divided by, so that it is 0.99 at most (Applio's rule for float output); not above 1 where it stays as it is.</summary>
    public static float OutputExcess(float peak) => peak / 0.99f;

    /// <summary>The factor that makes 16-bit samples of converted audio as mainline does: 32768 / max(peak / 0.99, 1), in float.</summary>
    public static float Pcm16Scale(float peak)
    {
        float excess = OutputExcess(peak);
        return excess > 1 ? 32768f / excess : 32768f;
    }

    /// <summary>One sample of it, truncated toward zero.</summary>
    public static short ToPcm16(float sample, float scale) => (short)Math.Clamp(sample * scale, short.MinValue, short.MaxValue);
}
