using RvcNative.Audio;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Validation;

/// <summary>How far a clip as the voice says it is from the recording.</summary>
/// <param name="MelL1">Mean difference of the log-mel spectra, in nepers: mainline's mel loss without its weight.</param>
/// <param name="Stft">Multi-resolution STFT distance (Yamamoto et al. 2020, arXiv:1910.11480, eq. 5): spectral convergence and mean difference of log magnitudes, over three windows.</param>
/// <param name="F0Cents">Root mean square of the pitch's error over frames that are voiced in both; null where there is none.</param>
/// <param name="Vuv">Share of frames that are voiced in one and not in the other.</param>
internal readonly record struct ClipDistance(double MelL1, double Stft, double? F0Cents, double Vuv);

/// <summary>Measures them. Pitch is found by pYIN in both, whatever the training's own method, so that both have the same tracker. Serves many threads.</summary>
internal sealed class ClipComparison(DataSettings data, MelTransform mel, double magnitudeFloor)
{
    private const double LogFloor = 3.16e-4;                 // the root of the 1e-7 to which the paper's code clamps powers
    private static readonly Spectrogram[] s_resolutions = [.. ((int[])[512, 1024, 2048]).Select(window => Spectrogram.Centred(window, window / 4))];
    private readonly Spectrogram _spectrogram = Spectrogram.Training(data.FftSamples, data.HopSamples, magnitudeFloor);

    /// <summary>What is wanted of a recording.</summary>
    internal ClipReference Of(ReadOnlySpan<float> wave) => new(PitchOf(wave), MelOf(wave), SpectraOf(wave));

    /// <param name="said">The recording as the voice says it, as long as it is.</param>
    internal ClipDistance Between(ClipReference recording, ReadOnlySpan<float> said)
    {
        (double? cents, double vuv) = PitchError(recording.Pitch, PitchOf(said));
        return new ClipDistance(MeanDifference(recording.Mel, MelOf(said)), StftDistance(recording.Spectra, said), cents, vuv);
    }

    /// <summary>[T,F] magnitudes in each resolution.</summary>
    internal static float[][] SpectraOf(ReadOnlySpan<float> wave)
    {
        float[][] spectra = new float[s_resolutions.Length][];
        for (int i = 0; i < spectra.Length; i++) spectra[i] = s_resolutions[i].Magnitude(wave);
        return spectra;
    }

    internal static double StftDistance(IReadOnlyList<float[]> spectra, ReadOnlySpan<float> said)
    {
        double sum = 0;
        for (int resolution = 0; resolution < s_resolutions.Length; resolution++)
        {
            float[] x = spectra[resolution], y = s_resolutions[resolution].Magnitude(said);
            double apart = 0, whole = 0, logs = 0;
            for (int i = 0; i < x.Length; i++)
            {
                apart += (x[i] - y[i]) * (double)(x[i] - y[i]);
                whole += x[i] * (double)x[i];
                logs += Math.Abs(Math.Log(Math.Max(x[i], LogFloor)) - Math.Log(Math.Max(y[i], LogFloor)));
            }

            sum += Math.Sqrt(apart / Math.Max(whole, LogFloor * LogFloor)) + (logs / x.Length);
        }

        return sum / s_resolutions.Length;
    }

    /// <summary>1200 log2 of the pitches' ratio, squared and averaged over frames voiced in both; and the share of frames that are voiced in one alone.</summary>
    internal static (double? Cents, double Vuv) PitchError(double[] hz, double[] saidHz)
    {
        int frames = Math.Min(hz.Length, saidHz.Length), both = 0, differ = 0;
        double squares = 0;
        for (int t = 0; t < frames; t++)
        {
            if (hz[t] > 0 != saidHz[t] > 0) differ++;
            if (!(hz[t] > 0 && saidHz[t] > 0)) continue;
            double cents = 1200 * Math.Log2(saidHz[t] / hz[t]);
            squares += cents * cents;
            both++;
        }

        return (both == 0 ? null : Math.Sqrt(squares / both), frames == 0 ? 0 : (double)differ / frames);
    }

    private double[] PitchOf(ReadOnlySpan<float> wave) => Pyin.Track(Resampler.Resample(wave.ToArray(), data.SampleRateHz, Pyin.SampleRateHz));

    private float[] MelOf(ReadOnlySpan<float> wave) => mel.Of(_spectrogram.Magnitude(wave));

    private static double MeanDifference(float[] x, float[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += Math.Abs(x[i] - y[i]);
        return sum / x.Length;
    }
}
