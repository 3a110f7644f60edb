namespace RvcNative.Audio;

/// <summary>
/// Pitch by autocorrelation (Boersma 1993, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a
/// sampled sound"), the method "pm" of mainline, which calls Praat for it (train/dataset/extract_f0.py, to_pitch_ac). Candidates of every
/// frame, then the path of the highest strength less its costs. Needs no weights; pure.
/// </summary>
public static class BoersmaPitch
{
    public const int SampleRateHz = 16000, HopSamples = 160;
    public const double DefaultVoicingThreshold = 0.6;

    private const double SilenceThreshold = 0.03;

    /// <summary>Pitch in Hz of each hop, 0 where unvoiced.</summary>
    /// <param name="wave">N samples at 16 kHz.</param>
    /// <param name="lowestHz">The window is three of its periods long.</param>
    /// <param name="highestHz">At most half the sample rate.</param>
    /// <returns>N / 160 values: the method's frames, which keep half a window from both ends, with unvoiced ones put around them evenly.</returns>
    public static double[] Track(
        Signal wave, double lowestHz = PitchClasses.LowestHz, double highestHz = PitchClasses.HighestHz,
        double voicingThreshold = DefaultVoicingThreshold)
    {
        if (!(lowestHz >= 10 && highestHz > lowestHz && highestHz <= SampleRateHz / 2))
            throw new ArgumentOutOfRangeException(nameof(lowestHz), $"A pitch between {lowestHz} and {highestHz} Hz is none that 16 kHz can hold from 10 Hz on.");
        double[] hz = new double[wave.Length / HopSamples];
        double[] found = Frames(wave, lowestHz, highestHz, voicingThreshold);
        int before = (hz.Length - found.Length + 1) / 2;
        found.CopyTo(hz, before);
        return hz;
    }

    // As many frames as windows fit, their centres placed evenly around the middle of the sound.
    private static double[] Frames(Signal wave, double lowestHz, double highestHz, double voicingThreshold)
    {
        double sample = 1.0 / SampleRateHz, step = (double)HopSamples / SampleRateHz, duration = sample * wave.Length;
        double window = BoersmaCandidates.PeriodsOfWindow / lowestHz;
        if (window > duration) return [];
        int frames = (int)Math.Floor((duration - window) / step) + 1;
        double first = (0.5 * duration) - (0.5 * frames * step) + (0.5 * step);
        BoersmaCandidates candidates = new(wave, lowestHz, highestHz, BoersmaPath.OctaveCost, voicingThreshold);
        if (candidates.IsSilent) return new double[frames];
        BoersmaPath path = new(highestHz);
        for (int t = 0; t < frames; t++)
        {
            BoersmaCandidate[] found = candidates.At(first + (t * step), out double intensity);
            path.Add(found, voicingThreshold + Math.Max(0, 2 - (intensity / (SilenceThreshold / (1 + voicingThreshold)))));
        }
        return path.Decode();
    }
}
