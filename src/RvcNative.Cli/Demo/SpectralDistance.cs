using RvcNative.Audio;

namespace RvcNative.Cli.Demo;

/// <summary>
/// How far two recordings of the same words are apart, whatever their levels: the mean difference of their log-mel spectra up to 8 kHz, over three
/// lengths of window (as the multi-resolution STFT loss of Yamamoto et al. 2020, arXiv:1910.11480, on mel bands). 0 dB is the same sound.
/// </summary>
/// <param name="MeanDb">Between the original and its conversion.</param>
/// <param name="FlatDb">Between the original and its own mean spectrum held all the time: a hum that says nothing.</param>
internal readonly record struct SpectralDistance(double MeanDb, double FlatDb)
{
    private const int RateHz = 16000, Bands = 40;
    private const double FloorDb = 60, DbPerNeper = 8.685889638065037;

    /// <summary>Compares as long as the shorter one lasts.</summary>
    internal static SpectralDistance Between(AudioBuffer original, AudioBuffer converted)
    {
        float[] a = Resampler.Resample(original.ToMono(), original.SampleRateHz, RateHz), b = Resampler.Resample(converted.ToMono(), converted.SampleRateHz, RateHz);
        int samples = Math.Min(a.Length, b.Length);
        double apart = 0, flat = 0;
        int[] windows = [512, 1024, 2048];
        foreach (int window in windows)
        {
            double[] x = Levels(a.AsSpan(0, samples), window), y = Levels(b.AsSpan(0, samples), window);
            apart += MeanDifference(x, y) / windows.Length;
            flat += MeanDifference(x, HeldMean(x)) / windows.Length;
        }

        return new SpectralDistance(apart, flat);
    }

    // [T,Bands] in dB below the loudest, not below -60.
    private static double[] Levels(ReadOnlySpan<float> wave, int window)
    {
        float[] mel = new MelBank(RateHz, window, Bands, 0, RateHz / 2.0).LogMel(Spectrogram.Centred(window, window / 4).Magnitude(wave), 1e-9);
        double loudest = mel.Max();
        return [.. mel.Select(value => Math.Max((value - loudest) * DbPerNeper, -FloorDb))];
    }

    private static double MeanDifference(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += Math.Abs(x[i] - y[i]);
        return sum / x.Length;
    }

    private static double[] HeldMean(double[] x)
    {
        double[] means = new double[Bands], held = new double[x.Length];
        for (int i = 0; i < x.Length; i++) means[i % Bands] += x[i] * Bands / x.Length;
        for (int i = 0; i < x.Length; i++) held[i] = means[i % Bands];
        return held;
    }
}
