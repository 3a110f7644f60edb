using RvcNative.Audio;
using RvcNative.Rvc.Conversion;

namespace RvcNative.Rvc.Tests.Conversion;

public class ConversionInputTests
{
    [Fact]
    public void Stereo_of_any_rate_becomes_one_channel_at_16_kHz()
    {
        using TestFolder folder = new();
        float[] stereo = new float[2 * 44100];
        for (int i = 0; i < 44100; i++) (stereo[2 * i], stereo[(2 * i) + 1]) = (0.5f * MathF.Sin(i * 0.05f), 0);
        WavFile.Write(folder["a.wav"], new AudioBuffer(stereo, 44100, 2));
        ConversionInput input = ConversionInput.Load(folder["a.wav"]);
        Assert.Equal((16000, 1.0), (input.Samples.Length, input.DurationSeconds));
        Assert.InRange(input.Samples.ToArray().Max(), 0.24f, 0.26f);
    }

    [Fact]
    public void Audio_without_sound_is_refused_by_name()
    {
        using TestFolder folder = new();
        AssertRefused([], "has no samples");
        AssertRefused(new float[16000], "is silent (1 s");
        AssertRefused([0.1f, 1e-9f, float.NaN], "holds NaN at");
        AssertRefused([0.1f, float.PositiveInfinity], "Infinity at");
        AssertRefused([0.1f, -0.1f], "is silent", channels: 2);

        void AssertRefused(float[] samples, string words, int channels = 1)
        {
            WavFile.Write(folder["a.wav"], new AudioBuffer(samples, 16000, channels));
            string message = Assert.Throws<AudioFileException>(() => ConversionInput.Load(folder["a.wav"])).Message;
            Assert.Contains("a.wav", message);
            Assert.Contains(words, message);
        }
    }

    [Fact]
    public void A_recording_beyond_six_hours_is_refused_before_it_is_resampled()
    {
        using TestFolder folder = new();
        WavFile.Write(folder["long.wav"], [.. Enumerable.Repeat(0.5f, (6 * 3600) + 1)], 1);
        string message = Assert.Throws<AudioFileException>(() => ConversionInput.Load(folder["long.wav"])).Message;
        Assert.Contains("longer than 6 hours, which are converted at once at most", message);
    }

    [Fact]
    public void What_is_no_audio_is_refused_by_name()
    {
        using TestFolder folder = new();
        File.WriteAllText(folder["song.mp3"], "this is a shopping list");
        File.WriteAllBytes(folder["empty.wav"], []);
        Assert.Contains("song.mp3", Assert.Throws<AudioFileException>(() => ConversionInput.Load(folder["song.mp3"])).Message);
        Assert.Contains("is empty (0 bytes)", Assert.Throws<AudioFileException>(() => ConversionInput.Load(folder["empty.wav"])).Message);
        Assert.Contains("does not exist", Assert.Throws<FileNotFoundException>(() => ConversionInput.Load(folder["gone.wav"])).Message);
    }

    [Fact]
    public void Sixteen_bits_are_mainline_s_and_float_is_exact()
    {
        using TestFolder folder = new();
        ConvertedAudio audio = new([0.5f, -0.99f, 1e-5f, 0.3f], 32000, 1, new ConversionTimings(0, 0, 0, 0, 0, 0));
        audio.Write(folder["new/a.wav"], WavEncoding.Pcm16);
        audio.Write(folder["new/b.wav"], WavEncoding.Float32);
        AudioBuffer pcm = WavFile.Read(folder["new/a.wav"]), exact = WavFile.Read(folder["new/b.wav"]);
        Assert.Equal([16384, -32440, 0, 9830], pcm.Samples.Select(sample => (int)(sample * 32768)));
        Assert.Equal(audio.Samples, exact.Samples);
        Assert.Equal((32000, 32000), (pcm.SampleRateHz, exact.SampleRateHz));
    }
}
