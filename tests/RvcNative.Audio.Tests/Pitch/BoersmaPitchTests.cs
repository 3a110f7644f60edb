namespace RvcNative.Audio.Tests;

public sealed class BoersmaPitchTests
{
    private const int RateHz = 16000, Hop = 160;

    [Theory]
    [InlineData(70)]
    [InlineData(123.4)]
    [InlineData(220)]
    [InlineData(437.5)]
    [InlineData(1000)]
    public void A_steady_tone_is_found_to_a_thousandth(double hz)
    {
        double[] found = BoersmaPitch.Track(Tone(1.5, _ => hz));
        Assert.Equal(150, found.Length);
        foreach (double each in found[10..140]) Assert.InRange(each, 0.999 * hz, 1.001 * hz);
    }

    [Fact]
    public void A_sweep_is_followed()
    {
        double[] found = BoersmaPitch.Track(Tone(3, t => 90 * Math.Pow(4, t / 3)));
        for (int t = 10; t < 290; t++) Assert.InRange(found[t] / (90 * Math.Pow(4, t / 300.0)), 0.98, 1.02);
    }

    [Fact]
    public void Silence_and_noise_have_no_pitch()
    {
        Assert.All(BoersmaPitch.Track(new float[RateHz]), hz => Assert.Equal(0, hz));
        Random random = new(3);
        double[] noise = BoersmaPitch.Track((float[])[.. Enumerable.Range(0, 2 * RateHz).Select(_ => (float)(random.NextDouble() - 0.5))]);
        Assert.True(noise.Count(hz => hz > 0) < 0.1 * noise.Length, $"{noise.Count(hz => hz > 0)} of {noise.Length} frames of noise are voiced");
    }

    [Fact]
    public void Silence_around_a_tone_stays_unvoiced()
    {
        double[] found = BoersmaPitch.Track((float[])[.. new float[RateHz / 2], .. Tone(1, _ => 200), .. new float[RateHz / 2]]);
        Assert.All(found[..44], hz => Assert.Equal(0, hz));
        Assert.All(found[156..], hz => Assert.Equal(0, hz));
        Assert.All(found[60..140], hz => Assert.InRange(hz, 199, 201));
    }

    [Fact]
    public void The_range_is_kept()
    {
        float[] low = Tone(1, _ => 100);
        Assert.All(BoersmaPitch.Track(low, 150, 600), hz => Assert.True(hz is 0 or (>= 140 and <= 600)));
        Assert.Throws<ArgumentOutOfRangeException>(() => BoersmaPitch.Track(low, 600, 150));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(159, 0)]
    [InlineData(900, 5)]
    [InlineData(16079, 100)]
    public void There_is_a_value_for_every_whole_hop(int samples, int frames) => Assert.Equal(frames, BoersmaPitch.Track(Tone(2, _ => 150)[..samples]).Length);

    [SkippableFact]
    public void On_speech_it_agrees_with_pyin()
    {
        int both = 0, close = 0;
        foreach (float[] sentence in Speech.Sentences())
        {
            double[] one = BoersmaPitch.Track(sentence), other = Pyin.Track(sentence);
            for (int t = 0; t < one.Length; t++)
            {
                if (one[t] == 0 || other[t] == 0) continue;
                both++;
                if (Math.Abs(Math.Log2(one[t] / other[t])) < 0.05) close++;
            }
        }
        Assert.True(both > 500 && close > 0.93 * both, $"{close} of {both} frames agree");
    }

    private static float[] Tone(double seconds, Func<double, double> hz)
    {
        float[] wave = new float[(int)(seconds * RateHz)];
        double phase = 0;
        for (int i = 0; i < wave.Length; i++)
        {
            phase += 2 * Math.PI * hz((double)i / RateHz) / RateHz;
            wave[i] = (float)(0.3 * (Math.Sin(phase) + (0.5 * Math.Sin(2 * phase)) + (0.25 * Math.Sin(3 * phase))));
        }
        return wave;
    }
}
