using RvcNative.Core.Cpu;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Data;
using RvcNative.Rvc.Training;
using RvcNative.Rvc.Validation;

namespace RvcNative.Rvc.Tests.Validation;

public sealed class ClipDistanceTests
{
    [Fact]
    public void The_same_sound_has_no_distance_and_another_pitch_is_seen()
    {
        using CpuBackend backend = new(1);
        DataSettings data = Presets.Of(ModelVersion.V2, 32000).Data;
        ClipComparison comparison = new(data, new MelTransform(backend, data, MelLossSettings.Mainline), 2e-7);
        float[] wave = MadeSpeech.Samples(32000, 200, 1.1, 0.4, 0.5), higher = MadeSpeech.Samples(32000, 200 * Math.Pow(2, 50 / 1200.0), 1.1, 0.4, 0.5);
        ClipReference recording = comparison.Of(wave);
        Assert.Equal(new ClipDistance(0, 0, 0, 0), comparison.Between(recording, wave));

        ClipDistance other = comparison.Between(recording, higher);
        Assert.InRange(other.F0Cents!.Value, 40, 60);
        Assert.InRange(other.Vuv, 0, 0.05);
        Assert.True(other.MelL1 > 0.1 && other.Stft > 0.1);
        ClipDistance silent = comparison.Between(recording, new float[wave.Length]);
        Assert.Null(silent.F0Cents);
        Assert.InRange(silent.Vuv, 0.7, 0.9);                                 // 1.6 s of 2.0 s are voiced
    }

    [Fact]
    public void Errors_of_pitch_are_in_cents_over_frames_voiced_in_both()
    {
        double up = 100 * Math.Pow(2, 30 / 1200.0), down = 200 * Math.Pow(2, -40 / 1200.0);
        (double? cents, double vuv) = ClipComparison.PitchError([100, 200, 0, 150, 0], [up, down, 0, 0, 90]);
        Assert.Equal(Math.Sqrt(((30 * 30) + (40 * 40)) / 2.0), cents!.Value, 9);
        Assert.Equal(0.4, vuv, 12);
        Assert.Equal((null, 0), ClipComparison.PitchError([], []));
    }

    [Fact]
    public void Half_as_loud_is_half_a_convergence_and_a_factor_of_two_in_logs()
    {
        Random random = new(9);
        float[] noise = [.. Enumerable.Range(0, 9001).Select(_ => random.NextSingle() - 0.5f)], half = [.. noise.Select(sample => sample / 2)];
        Assert.Equal(0.5 + Math.Log(2), ClipComparison.StftDistance(ClipComparison.SpectraOf(noise), half), 3);
        Assert.Equal(1 + Math.Log(2), ClipComparison.StftDistance(ClipComparison.SpectraOf(half), noise), 3);
    }
}
