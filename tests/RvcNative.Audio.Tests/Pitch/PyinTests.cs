namespace RvcNative.Audio.Tests;

public sealed class PyinTests
{
    private const int RateHz = 16000, Hop = 160;

    [Theory]
    [InlineData(55, false)]
    [InlineData(80, true)]
    [InlineData(120.5, true)]
    [InlineData(220, false)]
    [InlineData(313, true)]
    [InlineData(523.25, true)]
    [InlineData(880, false)]
    [InlineData(1080, true)]
    public void A_steady_tone_is_tracked(double hz, bool harmonics) => Tracked(Sound(2, _ => hz, harmonics));

    [Theory]
    [InlineData(80, 400, true)]
    [InlineData(400, 80, true)]
    [InlineData(60, 1000, false)]
    [InlineData(1000, 200, true)]
    public void A_sweep_is_tracked(double fromHz, double toHz, bool harmonics) =>
        Tracked(Sound(3, t => fromHz * Math.Pow(toHz / fromHz, t / 3), harmonics));

    [Theory]
    [InlineData(110, 50, 5)]
    [InlineData(220, 100, 6)]
    [InlineData(440, 50, 7)]
    public void Vibrato_is_tracked(double hz, double cents, double ratePerSecond) =>
        Tracked(Sound(3, t => hz * Math.Pow(2, cents / 1200 * Math.Sin(2 * Math.PI * ratePerSecond * t)), harmonics: true));

    [Fact]
    public void A_weak_fundamental_makes_no_octave_error()
    {
        (float[] wave, double[] hz) = Sound(2, t => 150 + 20 * Math.Sin(3 * t), harmonics: true, amplitude: h => h == 1 ? 0.02 : h == 2 ? 1 : 0.3);
        Tracked((wave, hz));
    }

    [Fact]
    public void Silence_between_tones_is_unvoiced()
    {
        (float[] Wave, double[] Hz) low = Sound(1, _ => 130, true), high = Sound(1, _ => 210, true);
        float[] gap = new float[RateHz];
        double[] none = new double[RateHz];
        Tracked(([.. gap, .. low.Wave, .. gap, .. high.Wave, .. gap], [.. none, .. low.Hz, .. none, .. high.Hz, .. none]));
    }

    [Fact]
    public void Noise_under_a_tone_is_borne()
    {
        (float[] wave, double[] hz) = Sound(3, t => 140 + 30 * Math.Sin(4 * t), harmonics: true);
        Random random = new(11);
        Tracked(([.. wave.Select(x => x + 0.03f * (float)(random.NextDouble() - 0.5))], hz));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1e-4)]
    public void Noise_alone_is_unvoiced(double level)
    {
        Random random = new(12);
        double[] track = Pyin.Track((float[])[.. Enumerable.Range(0, 4 * RateHz).Select(_ => (float)(level * (random.NextDouble() - 0.5)))]);
        Assert.InRange(track.Count(hz => hz > 0), 0, track.Length / 50);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(159, 0)]
    [InlineData(160, 1)]
    [InlineData(500, 3)]
    [InlineData(16001, 100)]
    public void Frames_are_samples_over_160_and_silence_is_zero(int samples, int frames)
    {
        double[] track = Pyin.Track(new float[samples]);
        Assert.Equal(frames, track.Length);
        Assert.All(track, hz => Assert.Equal(0, hz));
        Assert.Equal(7, Pyin.Track(new float[samples], 7).Length);
    }

    [Fact]
    public void A_short_tone_and_a_quiet_one_are_found()
    {
        (float[] wave, _) = Sound(0.06, _ => 200, harmonics: true);
        Assert.All(Pyin.Track(wave), hz => Assert.InRange(hz, 195, 205));
        Tracked(([.. Sound(1, _ => 200, true).Wave.Select(x => x * 1e-3f)], Sound(1, _ => 200, true).Hz));
    }

    [SkippableFact]
    public void Speech_is_tracked_without_octave_jumps()
    {
        foreach (float[] sentence in Speech.Sentences())               // one man's voice, about 95 Hz, creaky at the ends
        {
            double[] track = Pyin.Track(sentence), voiced = [.. track.Where(hz => hz > 0).Order()];
            Assert.InRange((double)voiced.Length / track.Length, 0.5, 0.85);
            Assert.InRange(voiced[voiced.Length / 2], 75, 110);
            Assert.InRange(voiced[voiced.Length * 98 / 100], 100, 180);
            for (int t = 1; t < track.Length; t++)
                if (track[t] > 0 && track[t - 1] > 0) Assert.InRange(Math.Abs(12 * Math.Log2(track[t] / track[t - 1])), 0, 6);
        }
    }

    [SkippableFact]
    public void Tracks_of_many_threads_agree()
    {
        float[] sentence = Speech.Sentences()[1];
        double[] expected = Pyin.Track(sentence);
        Parallel.For(0, 4, _ => Assert.Equal(expected, Pyin.Track(sentence)));
    }

    // More than 95 of 100 voiced frames within 20 cents, and no more than 3 frames (30 ms) of each edge between voice and silence on the wrong side.
    private static void Tracked((float[] Wave, double[] Hz) sound)
    {
        double[] track = Pyin.Track(sound.Wave);
        int voiced = 0, right = 0;
        for (int t = 0; t < track.Length; t++)
        {
            double truth = sound.Hz[t * Hop];
            int from = Math.Max(0, (t - 3) * Hop), to = Math.Min(sound.Hz.Length, (t + 3) * Hop);
            if (sound.Hz[from..to].Any(hz => hz > 0 != truth > 0)) continue;
            if (truth == 0) Assert.Equal(0, track[t]);
            else
            {
                voiced++;
                if (track[t] > 0 && Math.Abs(1200 * Math.Log2(track[t] / truth)) <= 20) right++;
            }
        }
        Assert.True(right > 0.95 * voiced, $"{right} of {voiced} frames within 20 cents");
    }

    private static (float[] Wave, double[] Hz) Sound(
        double seconds, Func<double, double> pitchHz, bool harmonics, Func<int, double>? amplitude = null)
    {
        int samples = (int)(seconds * RateHz);
        float[] wave = new float[samples];
        double[] hz = new double[samples];
        double phase = 0;
        for (int i = 0; i < samples; i++)
        {
            hz[i] = pitchHz((double)i / RateHz);
            for (int h = 1; h * hz[i] < 7000 && h <= (harmonics ? 20 : 1); h++)
                wave[i] += (float)(0.2 * (amplitude?.Invoke(h) ?? 1.0 / h) * Math.Sin(h * phase + h * h));
            phase += 2 * Math.PI * hz[i] / RateHz;
        }
        return (wave, hz);
    }
}
