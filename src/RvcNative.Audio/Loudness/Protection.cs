namespace RvcNative.Audio;

/// <summary>Doubles phone features to the synthesiser's frame rate and keeps retrieved ones from unvoiced frames (mainline's `protect`).</summary>
public static class Protection
{
    /// <summary>Every feature frame twice: [F, channels] becomes [2F, channels].</summary>
    public static float[] Double(ReadOnlySpan<float> features, int channels)
    {
        int frames = Frames(features, channels);
        float[] doubled = new float[2 * features.Length];
        for (int frame = 0; frame < 2 * frames; frame++)
            features.Slice(frame / 2 * channels, channels).CopyTo(doubled.AsSpan(frame * channels));
        return doubled;
    }

    /// <summary>
    /// Doubles both and mixes: blended * m + original * (1 - m) with m = protect where the pitch is below 1 Hz, else 1. From 0.5 on
    /// nothing is protected.
    /// </summary>
    /// <param name="blended">[F, channels], after retrieval.</param>
    /// <param name="original">[F, channels], before retrieval.</param>
    /// <param name="pitchHz">Pitch of each doubled frame; frames beyond it are as their last, which mainline cannot do.</param>
    /// <returns>[2F, channels].</returns>
    public static float[] DoubleAndMix(
        ReadOnlySpan<float> blended, ReadOnlySpan<float> original, int channels, ReadOnlySpan<float> pitchHz, float protect)
    {
        if (blended.Length != original.Length)
            throw new ArgumentException(
                $"Features before and after retrieval differ in length: {original.Length} and {blended.Length}.", nameof(original));
        float[] mixed = Double(blended, channels);
        if (protect >= 0.5f || pitchHz.IsEmpty) return mixed;
        int frames = mixed.Length / channels;
        for (int frame = 0; frame < frames; frame++)
        {
            if (pitchHz[Math.Min(frame, pitchHz.Length - 1)] >= 1) continue;
            ReadOnlySpan<float> from = original.Slice(frame / 2 * channels, channels);
            Span<float> to = mixed.AsSpan(frame * channels, channels);
            for (int c = 0; c < channels; c++) to[c] = to[c] * protect + from[c] * (1 - protect);
        }
        return mixed;
    }

    /// <summary>Frames that both the audio and its doubled features cover: min(samples / hop, 2F).</summary>
    public static int FramesOf(int samples, int hopSamples, int featureFrames) => Math.Min(samples / hopSamples, 2 * featureFrames);

    private static int Frames(ReadOnlySpan<float> features, int channels)
    {
        if (channels <= 0 || features.Length % channels != 0)
            throw new ArgumentException($"{features.Length} feature values are no whole number of frames of {channels} channels.", nameof(features));
        return features.Length / channels;
    }
}
