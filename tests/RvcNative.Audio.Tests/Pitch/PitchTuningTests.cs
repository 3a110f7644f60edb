namespace RvcNative.Audio.Tests;

public sealed class PitchTuningTests
{
    [Fact]
    public void Notes_are_of_the_scale_and_silence_stays()
    {
        double[] hz = [0, 445, 215, 440, 453.4];
        PitchTuning.Tune(hz, 1);
        Assert.Equal([0, 440, 220 * Math.Pow(2, 0 / 12.0), 440, 466.1638], hz.Select(each => Math.Round(each, 4)));
        double[] half = [445];
        PitchTuning.Tune(half, 0.5);
        Assert.Equal(442.5, half[0], 1e-9);
    }

    [Fact]
    public void Shifts_are_whole_steps_towards_the_voice()
    {
        Assert.Equal(7, PitchTuning.Shift(110, 165, 1));
        Assert.Equal(12, PitchTuning.Shift(110, 165, 12));
        Assert.Equal(-12, PitchTuning.Shift(230, 120, 12));
        Assert.Equal(0, PitchTuning.Shift(110, 150, 12));
    }

    [Fact]
    public void The_median_is_of_voiced_frames()
    {
        Assert.Equal(200, PitchTuning.MedianHz([0, 100, 0, 300, 0, 0]));
        Assert.Equal(200, PitchTuning.MedianHz([200, 0, 150, 900]));
        Assert.Null(PitchTuning.MedianHz([0, 0]));
    }
}
