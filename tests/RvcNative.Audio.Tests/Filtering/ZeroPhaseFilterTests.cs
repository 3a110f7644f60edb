namespace RvcNative.Audio.Tests;

public sealed class ZeroPhaseFilterTests
{
    private static readonly ZeroPhaseFilter s_speech = new(Butterworth.SpeechHighPass(16000));

    [SkippableFact]
    public void Forward_backward_is_filtfilt()
    {
        Golden golden = Golden.Case("pipeline");
        double[] filtered = s_speech.Run(Preprocess.Floats(golden.Shorts("audio_i16")));
        Close.Each(golden.Doubles("filtered_head"), filtered.AsSpan(0, 256), absolute: 2e-6);
        Close.Each(golden.Doubles("filtered_499"), Every(filtered, 499), absolute: 2e-6);
        Close.Each(golden.Doubles("filtered_tail"), filtered.AsSpan(filtered.Length - 256), absolute: 2e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(18)]
    [InlineData(19)]
    public void A_constant_is_removed_however_short_it_is(int samples)
    {
        double[] got = s_speech.Run((float[])[.. Enumerable.Repeat(0.5f, samples)]);
        Assert.Equal(samples, got.Length);
        Assert.All(got, y => Assert.Equal(0, y, 6));
    }

    [Theory]
    [InlineData(1000, 40_000)]
    [InlineData(4096, 8192)]
    [InlineData(30_000, 75_001)]
    public void Blocks_give_what_the_whole_gives(int blockSamples, int samples)
    {
        Random random = new(samples);
        float[] noise = [.. Enumerable.Range(0, samples).Select(i => random.NextSingle() - 0.3f + (float)Math.Sin(0.004 * i))];
        double[] whole = s_speech.Run(noise);
        List<int> lengths = [];
        List<double> inBlocks = [];
        new ZeroPhaseFilter(Butterworth.SpeechHighPass(16000), blockSamples).Run(noise, block =>
        {
            lengths.Add(block.Length);
            inBlocks.AddRange(block);
        });
        Assert.InRange(lengths.Count, samples / blockSamples, (samples / blockSamples) + 2);
        Assert.All(lengths, length => Assert.InRange(length, 1, blockSamples));
        Assert.Equal(samples, inBlocks.Count);
        for (int i = 0; i < samples; i++) Assert.Equal(whole[i], inBlocks[i], 4e-7);
    }

    [Fact]
    public void A_filter_that_never_forgets_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ZeroPhaseFilter(new IirFilter([1.0, 0], [1.0, -1])));

    private static double[] Every(double[] values, int step) => [.. values.Where((_, i) => i % step == 0)];
}
