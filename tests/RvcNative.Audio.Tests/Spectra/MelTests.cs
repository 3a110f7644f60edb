namespace RvcNative.Audio.Tests;

public sealed class MelTests
{
    [SkippableTheory]
    [InlineData("40k", 40000, 2048, 400, 125)]
    [InlineData("32k", 32000, 1024, 320, 80)]
    [InlineData("48k", 48000, 2048, 480, 128)]
    public void Log_mel_is_the_trainers(string name, int rateHz, int fft, int hop, int bands)
    {
        Golden golden = Golden.Case("audio-mel");
        float[] magnitude = Spectrogram.Training(fft, hop).Magnitude(golden.Floats("wav"));
        float[] mel = new MelBank(rateHz, fft, bands, 0, rateHz / 2.0).LogMel(magnitude, 2e-6);
        Close.RelL2(Transposed(golden.Floats("mel_" + name), bands), mel, 2e-6);
    }

    [SkippableTheory]
    [InlineData("40k", 40000, 2048, 400, 125)]
    [InlineData("32k", 32000, 1024, 320, 80)]
    [InlineData("48k", 48000, 2048, 480, 128)]
    public void Log_mel_with_other_floors_is_applios(string name, int rateHz, int fft, int hop, int bands)
    {
        Golden golden = Golden.Case("audio-mel");
        float[] magnitude = Spectrogram.Training(fft, hop, 1e-6).Magnitude(golden.Floats("wav"));
        float[] mel = new MelBank(rateHz, fft, bands, 0, rateHz / 2.0).LogMel(magnitude, 1e-5);
        Close.RelL2(Transposed(golden.Floats("mel_applio_" + name), bands), mel, 2e-6);
    }

    [SkippableTheory]
    [InlineData("40k", 40000, 2048, 400, 125)]
    [InlineData("32k", 32000, 1024, 320, 80)]
    [InlineData("48k", 48000, 2048, 480, 128)]
    public void Spectrum_and_bank_are_the_trainers(string name, int rateHz, int fft, int hop, int bands)
    {
        Golden golden = Golden.Case("audio-mel");
        Spectrogram spectrogram = Spectrogram.Training(fft, hop);
        float[] magnitude = spectrogram.Magnitude(golden.Floats("wav"));
        Close.RelL2(Transposed(golden.Floats("spec_" + name), spectrogram.Bins), magnitude, 1e-6);
        Close.Each(golden.Floats("bank_" + name), new MelBank(rateHz, fft, bands, 0, rateHz / 2.0).Weights, absolute: 1e-7);
    }

    [SkippableFact]
    public void Centred_htk_mel_is_rmvpes()
    {
        Golden golden = Golden.Case("rmvpe");
        float[] magnitude = Spectrogram.Centred(1024, 160).Magnitude(golden.Floats("wav"));
        float[] mel = new MelBank(16000, 1024, 128, 30, 8000, MelScale.Htk).LogMel(magnitude, 1e-5);
        Close.RelL2(Transposed(golden.Floats("mel"), 128), mel, 3e-5);
    }

    [Fact]
    public void Frames_follow_the_formula()
    {
        Spectrogram spectrogram = Spectrogram.Training(2048, 400);
        foreach (int samples in (int[])[825, 1199, 1200, 1201, 16000, 40001])
            Assert.Equal(1 + (samples + 2 * 824 - 2048) / 400, spectrogram.Magnitude(new float[samples]).Length / 1025);
        Assert.Equal(101, Spectrogram.Centred(1024, 160).Frames(16000));
        Assert.Throws<ArgumentException>(() => spectrogram.Magnitude(new float[824]));
    }

    // [rows, T] becomes [T, rows].
    private static float[] Transposed(float[] x, int rows)
    {
        float[] y = new float[x.Length];
        int columns = x.Length / rows;
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) y[c * rows + r] = x[r * columns + c];
        return y;
    }
}
