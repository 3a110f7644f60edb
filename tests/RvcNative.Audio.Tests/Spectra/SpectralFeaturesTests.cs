namespace RvcNative.Audio.Tests;

public sealed class SpectralFeaturesTests
{
    [Fact]
    public void Frames_are_huberts()
    {
        for (int samples = 0; samples < 5000; samples++)
        {
            int frames = samples;
            foreach ((int kernel, int stride) in ((int, int)[])[(10, 5), (3, 2), (3, 2), (3, 2), (3, 2), (2, 2), (2, 2)])
                frames = frames < kernel ? 0 : (frames - kernel) / stride + 1;
            Assert.Equal(frames, SpectralFeatures.Frames(samples));
        }
        Assert.Equal((49, 25), (SpectralFeatures.Frames(16000), SpectralFeatures.Frames(8123)));
        Assert.Equal(49 * 768, SpectralFeatures.Compute(new float[16000], 768).Length);
    }

    [SkippableTheory]
    [InlineData(256)]
    [InlineData(768)]
    public void On_speech_every_value_has_mean_near_0_and_variance_near_1(int width)
    {
        float[] features = [.. Speech.Sentences().SelectMany(wave => SpectralFeatures.Compute(wave, width))];
        int frames = features.Length / width;
        double total = 0;
        for (int i = 0; i < width; i++)
        {
            double sum = 0, squares = 0;
            for (int t = 0; t < frames; t++)
            {
                sum += features[t * width + i];
                squares += (double)features[t * width + i] * features[t * width + i];
            }
            double mean = sum / frames, variance = squares / frames - mean * mean;
            Assert.InRange(mean, -0.5, 0.5);
            Assert.InRange(variance, 0.4, 2);
            total += variance / width;
        }
        Assert.InRange(total, 0.9, 1.1);
    }

    [Fact]
    public void Level_does_not_matter()
    {
        float[] wave = Voice(16000, seed: 1), quiet = [.. wave.Select(x => x * 0.03f)];
        Close.Each(SpectralFeatures.Compute(wave, 256), SpectralFeatures.Compute(quiet, 256), absolute: 1e-3);
    }

    [Fact]
    public void Silence_around_a_sound_leaves_its_inner_frames_as_they_are()
    {
        float[] wave = Voice(16000, seed: 2), padded = [.. new float[3200], .. wave, .. new float[6400]];
        float[] alone = SpectralFeatures.Compute(wave, 256), within = SpectralFeatures.Compute(padded, 256);
        Close.Each(alone.AsSpan(5 * 256, 38 * 256), within.AsSpan(15 * 256, 38 * 256), absolute: 1e-3);
    }

    [Fact]
    public void Distances_are_the_same_in_both_widths_and_all_three_blocks()
    {
        float[] wave = Voice(16000, seed: 3), narrow = SpectralFeatures.Compute(wave, 256), wide = SpectralFeatures.Compute(wave, 768);
        for (int block = 0; block < 3; block++)
            for (int t = 1; t < 49; t++) Assert.Equal(Distance(narrow, 256, 0, t), Distance(wide, 768, 256 * block, t), 4);
        Assert.NotEqual(wide[..256], wide[256..512]);
    }

    [Fact]
    public void Like_sounds_are_nearer_than_unlike_ones_whatever_their_pitch()
    {
        float[] low = Mean(Vowel(110, 700, 1200)), high = Mean(Vowel(140, 700, 1200)), other = Mean(Vowel(110, 300, 2300));
        Assert.True(Distance(low, high) < 0.5 * Distance(low, other), $"{Distance(low, high):f2} against {Distance(low, other):f2}");
    }

    [Fact]
    public void Any_clip_gives_finite_numbers()
    {
        foreach (float[] wave in (float[][])[new float[400], [.. new float[500], 1e-20f, .. new float[500]], [.. Enumerable.Repeat(1f, 1000)]])
            Assert.All(SpectralFeatures.Compute(wave, 768), value => Assert.True(float.IsFinite(value)));
        Assert.Empty(SpectralFeatures.Compute(new float[399], 256));
        Assert.Throws<ArgumentException>(() => SpectralFeatures.Compute(new float[16000], 512));
    }

    [Fact]
    public void Models_trained_on_them_will_find_them_unchanged()
    {
        float[] features = SpectralFeatures.Compute(Vowel(110, 700, 1200), 768);
        int[] places = [0, 1, 255, 256, 20 * 768 + 511, 48 * 768 + 767];
        Close.Each(Pinned, (float[])[.. places.Select(place => features[place])], absolute: 1e-3);
    }

    private static readonly float[] Pinned = [0.34456f, 0.35532f, 0.29416f, -1.12655f, -1.86807f, -2.06904f];

    private static float[] Voice(int samples, int seed)
    {
        Random random = new(seed);
        float[] wave = new float[samples];
        double state = 0;
        for (int i = 0; i < samples; i++)
        {
            state = 0.9 * state + (random.NextDouble() - 0.5) * (1 + Math.Sin(i / 900.0));
            wave[i] = (float)(0.2 * state);
        }
        return wave;
    }

    private static float[] Vowel(double pitchHz, double firstHz, double secondHz)
    {
        float[] wave = new float[16000];
        for (int h = 1; h * pitchHz < 7500; h++)
        {
            double hz = h * pitchHz, gain = 1 / (1 + Math.Pow((hz - firstHz) / 120, 2)) + 0.5 / (1 + Math.Pow((hz - secondHz) / 150, 2)) + 0.01;
            for (int i = 0; i < wave.Length; i++) wave[i] += (float)(0.1 * gain * Math.Sin(2 * Math.PI * hz * i / 16000 + h));
        }
        return wave;
    }

    private static float[] Mean(float[] wave)
    {
        float[] features = SpectralFeatures.Compute(wave, 256), mean = new float[256];
        for (int i = 0; i < features.Length; i++) mean[i % 256] += features[i] * 256 / features.Length;
        return mean;
    }

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));

    private static double Distance(float[] features, int width, int offset, int t) =>
        Math.Sqrt(Enumerable.Range(offset, 256).Sum(i => Math.Pow(features[t * width + i] - features[(t - 1) * width + i], 2)));
}
