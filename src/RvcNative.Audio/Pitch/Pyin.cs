namespace RvcNative.Audio;

/// <summary>
/// Pitch by probabilistic YIN (Mauch and Dixon 2014, "pYIN: a fundamental frequency estimator using probabilistic threshold
/// distributions"): candidates of every frame, then the likeliest path through them. Needs no weights; all methods are pure.
/// </summary>
public static class Pyin
{
    public const int SampleRateHz = 16000, HopSamples = 160;

    /// <summary>Pitch in Hz of each frame, 0 where unvoiced, 50 to 1100 elsewhere.</summary>
    /// <param name="wave">N samples at 16 kHz.</param>
    /// <returns>N / 160 values (mainline's p_len), the t-th centred on sample 160 t.</returns>
    public static double[] Track(Signal wave)
    {
        int frames = wave.Length / HopSamples;
        if (frames == 0) return [];
        PitchCandidates candidates = new(wave);
        PitchPath path = new();
        for (int t = 0; t < frames; t++) path.Add(candidates.At(t * HopSamples));
        return path.Decode();
    }

    /// <summary>As <see cref="Track(Signal)"/>, brought to a wanted number of frames: cut, or followed by unvoiced ones.</summary>
    public static double[] Track(Signal wave, int frames)
    {
        double[] track = Track(wave);
        Array.Resize(ref track, frames);
        return track;
    }
}
