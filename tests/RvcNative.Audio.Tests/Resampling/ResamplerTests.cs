namespace RvcNative.Audio.Tests;

public sealed class ResamplerTests
{
    [SkippableTheory]
    [InlineData("16_to_40", "speech_16000", 16000, 40000)]
    [InlineData("16_to_48", "speech_16000", 16000, 48000)]
    [InlineData("16_to_32", "speech_16000", 16000, 32000)]
    [InlineData("48_to_16", "speech_48000", 48000, 16000)]
    [InlineData("40_to_16", "speech_40000", 40000, 16000)]
    [InlineData("sweep_48_to_16", "sweep_48000", 48000, 16000)]
    [InlineData("ffmpeg_16_to_40", "speech_16000", 16000, 40000)]
    [InlineData("ffmpeg_16_to_48", "speech_16000", 16000, 48000)]
    public void Agrees_with_soxr_and_ffmpeg_below_the_pass_band(string job, string input, int fromHz, int toHz)
    {
        Golden golden = Golden.Case("audio-resample");
        float[] expected = golden.Floats(job), got = Resampler.Resample(golden.Floats(input), fromHz, toHz);
        Assert.Equal(expected.Length, got.Length);
        double snrDb = BandSnr.Decibels(expected, got, toHz, passHz: 7200);
        Assert.True(snrDb >= 60, $"{job}: SNR {snrDb:f1} dB");
        if (job == "sweep_48_to_16") Assert.InRange(Rms(got.AsSpan(13445, 15944 - 13445)), 0, 0.0005);
    }

    [Theory]
    [InlineData(1, 16000, 40000, 3)]
    [InlineData(1, 40000, 16000, 1)]
    [InlineData(2, 16000, 40000, 5)]
    [InlineData(16001, 16000, 40000, 40003)]
    [InlineData(16001, 40000, 16000, 6401)]
    [InlineData(16001, 44100, 16000, 5806)]
    [InlineData(99999, 44100, 16000, 36281)]
    [InlineData(99999, 48000, 16000, 33333)]
    [InlineData(0, 48000, 16000, 0)]
    public void Length_is_rounded_up(int samples, int fromHz, int toHz, int expected) =>
        Assert.Equal(expected, new Resampler(fromHz, toHz).Resample(new float[samples]).Length);

    [Theory]
    [InlineData(48000, 16000, 7300)]
    [InlineData(44100, 16000, 7300)]
    [InlineData(16000, 44100, 7300)]
    [InlineData(8000, 48000, 3600)]
    [InlineData(44100, 48000, 20000)]
    [InlineData(48000, 44101, 20000)]                       // 44101 phases: neighbouring phases are blended
    [InlineData(11025, 40000, 5000)]
    public void A_tone_in_the_pass_band_keeps_place_and_level(int fromHz, int toHz, double toneHz)
    {
        double[] got = new Resampler(fromHz, toHz).Resample(Tone(fromHz, toneHz));
        double[] expected = Tone(toHz, toneHz);
        double worst = 0;
        for (int i = got.Length / 4; i < got.Length * 3 / 4; i++) worst = Math.Max(worst, Math.Abs(got[i] - expected[i]));
        Assert.True(worst < 1e-5, $"worst error {worst:g3}");
    }

    [Theory]
    [InlineData(48000, 16000, 8010)]
    [InlineData(48000, 16000, 15000)]
    [InlineData(44100, 16000, 8500)]
    [InlineData(48000, 44100, 22100)]
    public void A_tone_above_the_new_nyquist_vanishes(int fromHz, int toHz, double toneHz)
    {
        double[] got = new Resampler(fromHz, toHz).Resample(Tone(fromHz, toneHz));
        double worst = 0;
        for (int i = got.Length / 4; i < got.Length * 3 / 4; i++) worst = Math.Max(worst, Math.Abs(got[i]));
        Assert.True(worst < 1e-5, $"{20 * Math.Log10(worst):f1} dB");      // -100 dB
    }

    [Fact]
    public void One_object_serves_many_threads()
    {
        Resampler resampler = new(44100, 16000);
        float[] input = [.. Tone(44100, 500).Select(x => (float)x)], expected = resampler.Resample(input);
        Parallel.For(0, 8, _ => Assert.Equal(expected, resampler.Resample(input)));
    }

    private static double[] Tone(int rateHz, double toneHz)
    {
        double[] samples = new double[rateHz / 4];
        for (int i = 0; i < samples.Length; i++) samples[i] = Math.Sin(2 * Math.PI * toneHz * i / rateHz);
        return samples;
    }

    private static double Rms(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (float sample in samples) sum += (double)sample * sample;
        return Math.Sqrt(sum / samples.Length);
    }
}
