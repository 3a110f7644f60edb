using RvcNative.Audio;
using RvcNative.Formats.Png;
using RvcNative.Rvc.Imaging;

namespace RvcNative.Rvc.Audition;

/// <summary>Mel spectrograms of renders, and of how two of them differ: time to the right, frequency upward, without axes.</summary>
public static class AuditionPictures
{
    private const int RateHz = 32000, FftSamples = 1024, HopSamples = 160, Bands = 128;
    private const float RangeDb = 70, LargestDifferenceDb = 20;

    /// <summary>Decibels a neper: 20 / ln 10.</summary>
    private const float DecibelsANeper = 8.685889638f;

    /// <exception cref="AudioFileException">The file is no wav, or shorter than one window (32 ms).</exception>
    public static PngImage Spectrogram(string wave, int width, int height)
    {
        float[] mel = MelDecibels(wave);
        float largest = mel.Max();
        return HeatMap.Of(mel, Bands, width, height, largest - RangeDb, largest);
    }

    /// <summary>Where the second is louder it is red, where the first is, blue; white within the noise floor or where both are alike. Full colour is 20 dB.</summary>
    /// <exception cref="AudioFileException">A file is no wav, or shorter than one window (32 ms).</exception>
    public static PngImage Difference(string first, string second, int width, int height)
    {
        float[] a = MelDecibels(first), b = MelDecibels(second);
        int count = Math.Min(a.Length, b.Length);
        float floor = Math.Max(a.Max(), b.Max()) - RangeDb;
        float[] difference = new float[count];
        for (int i = 0; i < count; i++) difference[i] = Math.Max(b[i], floor) - Math.Max(a[i], floor);
        return HeatMap.Diverging(difference, Bands, width, height, LargestDifferenceDb);
    }

    // [T,Bands] in dB.
    private static float[] MelDecibels(string path)
    {
        AudioBuffer audio = WavFile.Read(path);
        float[] wave = Resampler.Resample(audio.ToMono(), audio.SampleRateHz, RateHz);
        if (wave.Length <= FftSamples) throw new AudioFileException($"'{path}' is of {wave.Length} samples at {RateHz} Hz; more than {FftSamples} are wanted for a spectrogram.");
        MelBank bank = new(RateHz, FftSamples, Bands, 0, RateHz / 2.0);
        float[] mel = bank.LogMel(Audio.Spectrogram.Centred(FftSamples, HopSamples).Magnitude(wave), 1e-7);
        for (int i = 0; i < mel.Length; i++) mel[i] *= DecibelsANeper;
        return mel;
    }
}
