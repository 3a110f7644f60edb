namespace RvcNative.Audio;

/// <summary>Doubles phone features to the synthesiser's frame rate and keeps retrieved ones from unvoiced frames (mainline's `protect`).</summary>
public static class Protection
{
    /// <summary>Every feature frame twice, as far as there are frames of audio: [F, channels] becomes [min(frames, 2F), channels].</summary>
    /// <param name="frames">Of the synthesiser, 10 ms each.</param>
    public static float[] Double(ReadOnlySpan<float> features, int channels, int frames)
    {
        if (channels <= 0 || features.Length % channels != 0)
            throw new ArgumentException($"{features.Length} feature values are no whole number of frames of {channels} channels.", nameof(features));
        int doubled = Math.Min(frames, 2 * (features.Length / channels));
        float[] result = new float[doubled * channels];
        for (int frame = 0; frame < doubled; frame++) features.Slice(frame / 2 * channels, channels).CopyTo(result.AsSpan(frame * channels));
        return result;
    }

    /// <summary>
    /// Doubles both and mixes: blended * m + original * (1 - m) with m = protect where the pitch is below 1 Hz, else 1. From 0.5 on
    /// nothing is protected.
    /// </summary>
    /// <param name="blended">[F, channels], after retrieval.</param>
    /// <param name="original">[F, channels], before retrieval.</param>
    /// <param name="frames">As in <see cref="Double"/>.</param>
    /// <param name="pitchHz">Pitch of each frame; empty for a voice without.</param>
    /// <returns>[min(frames, 2F), channels].</returns>
    public static float[] DoubleAndMix(
        ReadOnlySpan<float> blended, ReadOnlySpan<float> original, int channels, int frames, ReadOnlySpan<float> pitchHz, float protect)
    {
        if (blended.Length != original.Length)
            throw new ArgumentException(
                $"Features before and after retrieval differ in length: {original.Length} and {blended.Length}.", nameof(original));
        if (!pitchHz.IsEmpty && pitchHz.Length < frames)
            throw new ArgumentException($"{frames} frames have a pitch in {pitchHz.Length} only.", nameof(pitchHz));
        float[] mixed = Double(blended, channels, frames);
        if (protect >= 0.5f || pitchHz.IsEmpty) return mixed;
        for (int frame = 0; frame < mixed.Length / channels; frame++)
        {
            if (pitchHz[frame] >= 1) continue;
            ReadOnlySpan<float> from = original.Slice(frame / 2 * channels, channels);
            Span<float> to = mixed.AsSpan(frame * channels, channels);
            for (int c = 0; c < channels; c++) to[c] = to[c] * protect + from[c] * (1 - protect);
        }
        return mixed;
    }
}
