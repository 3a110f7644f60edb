namespace RvcNative.Audio;

/// <summary>
/// Log-mel spectrograms as the pitch networks hear them, 100 frames a second of sound at 16 kHz. Any stretch of frames can be asked for, with the values that
/// the whole has there. Immutable.
/// </summary>
public sealed class PitchMel
{
    public const int SampleRateHz = 16000, HopSamples = 160, Bands = 128;

    private const int FftSamples = 1024;
    private const double LogFloor = 1e-5;
    private readonly Spectrogram _spectrogram;
    private readonly MelBank _bank;

    private PitchMel(Spectrogram spectrogram, double lowestHz, MelScale scale) =>
        (_spectrogram, _bank) = (spectrogram, new MelBank(SampleRateHz, FftSamples, Bands, lowestHz, SampleRateHz / 2.0, scale));

    /// <summary>RMVPE's (mainline infer/rmvpe.py, MelSpectrogram): frames centred on every hop, HTK bands of equal area from 30 Hz on.</summary>
    public static PitchMel Rmvpe { get; } = new(Spectrogram.Centred(FftSamples, HopSamples), 30, MelScale.Htk);

    /// <summary>FCPE's (torchfcpe/mel_extractor.py): mirrored by 432 samples, 1e-9 inside the root, Slaney's bands from 0 Hz on.</summary>
    public static PitchMel Fcpe { get; } = new(Spectrogram.Training(FftSamples, HopSamples, 1e-9), 0, MelScale.Slaney);

    /// <summary>1 + N / 160.</summary>
    public static int Frames(int samples) => 1 + (samples / HopSamples);

    /// <summary>[count, 128], natural log of linear magnitudes, never below ln(1e-5).</summary>
    /// <param name="wave">N samples; those shorter than the mirrored margin are followed by silence.</param>
    /// <param name="first">The first frame wanted, below <see cref="Frames"/>.</param>
    /// <param name="count">Frames; where FCPE's framing has one less than wanted, the last is given once more, as there.</param>
    public float[] LogMel(Signal wave, int first, int count)
    {
        if (first < 0 || count < 0 || first + count > Frames(wave.Length))
            throw new ArgumentOutOfRangeException(nameof(first), $"Frames {first} to {first + count} of a mel spectrogram that has {Frames(wave.Length)}.");
        if (wave.Length <= FftSamples)
        {
            float[] longer = new float[FftSamples + 1];
            wave.ReadPadded(0, longer);
            wave = longer;
        }
        int last = _spectrogram.Frames(wave.Length) - 1, there = Math.Min(first + count, last + 1) - first;
        float[] mel = _bank.LogMel(_spectrogram.Magnitude(wave, Math.Min(first, last), Math.Max(there, 1)), LogFloor);
        if (there == count) return mel;
        int computed = mel.Length / Bands;
        Array.Resize(ref mel, count * Bands);
        for (int t = computed; t < count; t++) mel.AsSpan((computed - 1) * Bands, Bands).CopyTo(mel.AsSpan(t * Bands));
        return mel;
    }
}
