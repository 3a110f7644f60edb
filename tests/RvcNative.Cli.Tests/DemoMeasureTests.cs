using RvcNative.Audio;
using RvcNative.Cli.Demo;

namespace RvcNative.Cli.Tests;

/// <summary>The figures that a demo states.</summary>
public class DemoMeasureTests
{
    private const int RateHz = 16000;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 2, 2)]
    [InlineData(7, 3, 3)]
    [InlineData(100, 3, 10)]
    public void Beginning_and_end_are_means_of_different_steps(int steps, int beganSteps, int reachedSteps)
    {
        LossHistory losses = new();
        for (int i = 0; i < steps; i++) losses.Add(100 - i, 1, 1, 1, 1);
        Assert.Equal((steps, beganSteps, reachedSteps), (losses.Steps, losses.BeganSteps, losses.ReachedSteps));
        Assert.Equal(100 - ((beganSteps - 1) / 2.0), losses.Began);
        Assert.Equal(100 - steps + 1 + ((reachedSteps - 1) / 2.0), losses.Reached);
        Assert.Equal(losses.Reached / losses.Began, losses.Ratio);
    }

    [Fact]
    public void A_recording_is_0_dB_from_itself_at_any_level()
    {
        float[] speech = Chirps(1), quiet = [.. speech.Select(sample => sample * 0.1f)];
        Assert.Equal(0, SpectralDistance.Between(new AudioBuffer(speech, RateHz), new AudioBuffer(quiet, RateHz)).MeanDb, 2);
    }

    [Fact]
    public void The_distance_grows_with_what_is_wrong()
    {
        AudioBuffer original = new(Chirps(1), RateHz);
        SpectralDistance near = SpectralDistance.Between(original, new AudioBuffer(Chirps(1.05), RateHz)), far = SpectralDistance.Between(original, new AudioBuffer(Chirps(1.6), RateHz));
        Assert.InRange(near.MeanDb, 0.2, far.MeanDb * 0.8);
        Assert.True(far.FlatDb > 3 && near.FlatDb == far.FlatDb);
    }

    [Fact]
    public void Recordings_of_other_rates_and_lengths_are_compared_as_far_as_both_last()
    {
        float[] speech = Chirps(1);
        SpectralDistance distance = SpectralDistance.Between(new AudioBuffer(speech, RateHz), new AudioBuffer(Resampler.Resample(speech, RateHz, 32000)[..48000], 32000));
        Assert.InRange(distance.MeanDb, 0, 1);
    }

    // Two seconds of rising tones with pauses.
    private static float[] Chirps(double factor)
    {
        float[] samples = new float[2 * RateHz];
        double phase = 0;
        for (int n = 0; n < samples.Length; n++)
        {
            double within = n % (RateHz / 2) / (RateHz / 2.0);
            phase += 2 * Math.PI * factor * (300 + (1500 * within)) / RateHz;
            samples[n] = within < 0.8 ? 0.5f * (float)Math.Sin(phase) : 0;
        }

        return samples;
    }
}
