namespace RvcNative.Audio.Tests;

public sealed class PitchMelTests
{
    [Theory]
    [InlineData(16000)]
    [InlineData(16159)]
    [InlineData(1500)]
    [InlineData(400)]
    public void A_stretch_has_the_values_of_the_whole(int samples)
    {
        Random random = new(samples);
        float[] wave = [.. Enumerable.Range(0, samples).Select(_ => (float)(random.NextDouble() - 0.5))];
        foreach (PitchMel mel in (PitchMel[])[PitchMel.Rmvpe, PitchMel.Fcpe])
        {
            int frames = PitchMel.Frames(samples);
            float[] whole = mel.LogMel(wave, 0, frames);
            Assert.Equal(frames * PitchMel.Bands, whole.Length);
            Assert.All(whole, value => Assert.True(value >= (float)Math.Log(1e-5)));
            for (int first = 0; first < frames; first++)
            {
                int count = Math.Min(5, frames - first);
                Assert.Equal(whole[(first * PitchMel.Bands)..((first + count) * PitchMel.Bands)], (IEnumerable<float>)mel.LogMel(wave, first, count));
            }
        }
    }

    [Fact]
    public void Fcpe_repeats_its_last_frame_where_the_framing_has_one_less()
    {
        float[] wave = [.. Enumerable.Range(0, 4800).Select(i => MathF.Sin(i * 0.07f))], mel = PitchMel.Fcpe.LogMel(wave, 0, 31);
        Assert.Equal(mel[(29 * 128)..(30 * 128)], (IEnumerable<float>)mel[(30 * 128)..]);
        Assert.Throws<ArgumentOutOfRangeException>(() => PitchMel.Fcpe.LogMel(wave, 0, 32));
    }

    [Fact]
    public void Windows_have_mean_0_and_variance_1()
    {
        float[] wave = [.. Enumerable.Range(0, 3000).Select(i => 0.3f + MathF.Sin(i * 0.1f))], frames = new float[4 * 1024];
        CrepeFrames.Fill(wave, 8, 4, frames);
        Assert.Equal(19, CrepeFrames.Count(3000));
        Assert.Equal(0, frames[..1024].Average(), 1e-6);
        Assert.Equal(1, frames[..1024].Sum(x => (double)x * x) / 1023, 1e-5);
        CrepeFrames.Fill(wave, 40, 1, frames);
        Assert.All(frames[..1024], x => Assert.Equal(0, x));
    }
}
