using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Models;

public sealed class HubertEncoderTests
{
    [Fact]
    public void Long_recordings_pass_the_front_end_in_stretches_to_the_same_bytes()
    {
        using CpuBackend backend = new(2);
        using HubertEncoder encoder = MadeHubert.Load(backend, MadeHubert.Plan).Encoder;
        float[] wave = MadeHubert.Wave(encoder.Plan.SamplesOf(333) + 11);
        float[] stretched = encoder.Features(wave);

        Tape tape = new(backend);
        Tensor input = tape.Input([1, wave.Length, 1]), whole = tape.Keep(encoder.Network.FrontEnd.Record(tape, input));
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        encoder.Network.FrontEnd.Prepare(wave);
        backend.Write(wave, input);
        program.Run();
        Assert.Equal((333, encoder.Plan.FeatureChannels), (whole.Shape[1], whole.Shape[2]));
        Assert.Equal(backend.ToArray(whole), stretched);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bytes()
    {
        float[][] features = [.. ((int[])[1, 2, 3]).Select(threads =>
        {
            using CpuBackend backend = new(threads);
            using HubertEncoder encoder = MadeHubert.Load(backend, MadeHubert.Plan).Encoder;
            return encoder.Run(MadeHubert.Wave(9000), 2, final: true);
        })];
        Assert.Equal(features[0], features[1]);
        Assert.Equal(features[0], features[2]);
    }

    [Fact]
    public void More_lengths_than_are_kept_give_what_they_gave()
    {
        using CpuBackend backend = new(1);
        using HubertEncoder encoder = MadeHubert.Load(backend, MadeHubert.Plan).Encoder;
        float[] wave = MadeHubert.Wave(4000), first = encoder.Run(wave, 2, final: false);
        for (int frames = 1; frames <= 40; frames++)
        {
            float[] some = encoder.Run(wave.AsSpan(0, encoder.Plan.SamplesOf(frames)), 1, final: false);
            Assert.Equal(frames * encoder.Plan.HiddenChannels, some.Length);
        }

        Assert.Equal(first, encoder.Run(wave, 2, final: false));
    }

    [Fact]
    public void Half_the_layers_are_half_of_the_way()
    {
        using CpuBackend backend = new(1);
        using HubertEncoder encoder = MadeHubert.Load(backend, MadeHubert.Plan).Encoder;
        float[] wave = MadeHubert.Wave(3000), one = encoder.Run(wave, 1, final: false), two = encoder.Run(wave, 2, final: false);
        Assert.NotEqual(one, two);
        Assert.Equal(10 * encoder.Plan.FramesOf(3000), encoder.Run(wave, 1, final: true).Length);
        Assert.Contains("layers 1 to 2", Assert.Throws<ArgumentException>(() => encoder.Run(wave, 3, final: false)).Message);
        Assert.Contains("too few", Assert.Throws<ArgumentException>(() => encoder.Run(wave.AsSpan(0, encoder.Plan.WindowSamples - 1), 1, final: false)).Message);
    }

    [Fact]
    public void Frames_and_samples_are_HuBERT_s()
    {
        HubertPlan plan = new();
        Assert.Equal((320, 400), (plan.HopSamples, plan.WindowSamples));
        Assert.Equal((49, 25, 1, 0), (plan.FramesOf(16000), plan.FramesOf(8123), plan.FramesOf(400), plan.FramesOf(399)));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.7)]
    public void Statistics_of_a_convolution_are_known_without_computing_it(double offset)
    {
        const int kernel = 10, stride = 5, channels = 3, samples = 4321;
        Random random = new(2);
        float[] weights = new float[kernel * channels], wave = [.. MadeHubert.Wave(samples).Select(value => (float)(value + offset))];
        for (int i = 0; i < weights.Length; i++) weights[i] = random.NextSingle() - 0.5f;
        TapStatistics statistics = new(wave, kernel, stride);
        for (int channel = 0; channel < channels; channel++)
        {
            double[] y = [.. Enumerable.Range(0, ((samples - kernel) / stride) + 1).Select(frame =>
                Enumerable.Range(0, kernel).Sum(tap => (double)weights[(tap * channels) + channel] * wave[(frame * stride) + tap]))];
            double mean = y.Average(), variance = y.Average(value => (value - mean) * (value - mean));
            (double ourMean, double ourVariance) = statistics.Of(weights, channels, channel);
            Assert.Equal(mean, ourMean, 1e-12);
            Assert.Equal(variance, ourVariance, 1e-10 * variance);
        }
    }

    [Fact]
    public void Silence_has_features()
    {
        using CpuBackend backend = new(1);
        using HubertEncoder encoder = MadeHubert.Load(backend, MadeHubert.Plan).Encoder;
        Assert.All(encoder.Run(new float[4000], 2, final: false), value => Assert.True(float.IsFinite(value)));
    }
}
