namespace RvcNative.Audio.Tests;

public sealed class PitchClassesTests
{
    [SkippableFact]
    public void Classes_are_mainlines_and_applios()
    {
        Golden golden = Golden.Case("f0-coarse");
        int[] got = PitchClasses.Coarse(golden.Doubles("f0"));
        Assert.Equal(golden.Longs("coarse"), Longs(got));
        Assert.Equal(golden.Longs("coarse_applio"), Longs(got));
    }

    [SkippableFact]
    public void Unvoiced_frames_are_filled_as_by_numpy()
    {
        Golden golden = Golden.Case("f0-coarse");
        double[] track = golden.Doubles("track");
        Assert.True(PitchClasses.FillUnvoiced(track));
        Close.Each(golden.Doubles("track_filled"), track, relative: 1e-12);
        Assert.Equal(golden.Longs("track_coarse"), Longs(PitchClasses.Coarse(track)));
    }

    [SkippableTheory]
    [InlineData("0")]
    [InlineData("5")]
    [InlineData("-12")]
    [InlineData("3.5")]
    public void Transposed_pitch_and_its_class_are_mainlines(string key)
    {
        Golden golden = Golden.Case("f0-coarse");
        double semitones = double.Parse(key);
        double[] track = golden.Doubles("track");
        float[] narrow = [.. track.Select(hz => (float)hz)];

        Assert.True(PitchClasses.FillUnvoiced(track) && PitchClasses.FillUnvoiced(narrow));
        PitchClasses.Transpose(track, semitones);
        PitchClasses.Transpose(narrow, semitones);

        Close.Each(golden.Doubles($"f0_key{key}_f64"), track, relative: 1e-12);
        Close.Each(golden.Floats($"f0_key{key}_f32"), narrow, relative: 1e-6);
        Assert.Equal(golden.Longs($"coarse_key{key}_f64"), Longs(PitchClasses.Coarse(track)));
        Assert.Equal(golden.Longs($"coarse_key{key}_f32"), Longs(PitchClasses.Coarse(narrow)));
    }

    [Fact]
    public void A_clip_without_voice_stays_zero_and_says_so()
    {
        double[] track = new double[7];
        Assert.False(PitchClasses.FillUnvoiced(track));
        Assert.All(track, hz => Assert.Equal(0, hz));
        Assert.False(PitchClasses.FillUnvoiced(Array.Empty<double>()));
        Assert.All(PitchClasses.Coarse(track), c => Assert.Equal(1, c));
    }

    [Fact]
    public void Classes_rise_with_pitch_and_stay_in_range()
    {
        int[] classes = PitchClasses.Coarse([.. Enumerable.Range(0, 3000).Select(hz => (double)hz)]);
        Assert.Equal((1, 1, 255, 255), (classes[1], classes[50], classes[1100], classes[2999]));
        for (int i = 1; i < classes.Length; i++) Assert.InRange(classes[i], classes[i - 1], 255);
    }

    private static IEnumerable<long> Longs(int[] values) => values.Select(value => (long)value);
}
