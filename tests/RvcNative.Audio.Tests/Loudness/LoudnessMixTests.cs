namespace RvcNative.Audio.Tests;

public sealed class LoudnessMixTests
{
    [SkippableTheory]
    [InlineData("0", 0)]
    [InlineData("0.25", 0.25)]
    [InlineData("0.8", 0.8)]
    public void Mixed_loudness_is_mainlines(string name, double rate)
    {
        Golden golden = Golden.Case("pipeline");
        float[] input = [.. golden.Doubles("rms_input").Select(sample => (float)sample)];
        Close.RelL2(golden.Floats("rms_mixed_" + name), Mixed(input, 16000, golden.Floats("rms_output"), 32000, rate), 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7999)]
    [InlineData(8000)]
    [InlineData(40001)]
    public void Rate_zero_takes_over_a_steady_level(int samples)
    {
        float[] mixed = Mixed([.. Enumerable.Repeat(0.4f, samples)], 16000, [.. Enumerable.Repeat(0.1f, samples)], 16000, 0);
        Assert.All(mixed, y => Assert.Equal(0.4f, y, 4));
    }

    [Fact]
    public void Silence_stays_silence()
    {
        Assert.All(Mixed(new float[16000], 16000, new float[40000], 40000, 0.25), y => Assert.Equal(0f, y));
        Assert.All(Mixed(new float[16000], 16000, [.. Enumerable.Repeat(0.3f, 40000)], 40000, 0.25), y => Assert.Equal(0f, y));
    }

    [Theory]
    [InlineData(50000, 16000, 777, 0.3)]
    [InlineData(44123, 9000, 12345, 0.9)]
    public void Blocks_are_scaled_as_the_whole_wherever_the_recordings_lie(int samples, int sourceSamples, int blockSamples, double rate)
    {
        float[] source = AudioReaderTests.Noise(sourceSamples, 4), output = AudioReaderTests.Noise(samples, 2);
        float[] whole = Mixed(source, 16000, output, 40000, rate);
        Assert.Equal(whole, Mixed(source, 16000, output, 40000, rate, blockSamples, mostInMemory: 1000));
        Assert.NotEqual(output, whole);
    }

    private static float[] Mixed(
        float[] source, int sourceRateHz, float[] output, int outputRateHz, double rate, int blockSamples = int.MaxValue, int mostInMemory = SampleSpool.MostInMemory)
    {
        using SampleSpool from = new(mostInMemory: mostInMemory), to = new(mostInMemory: mostInMemory);
        from.Add(source);
        to.Add(output);
        LoudnessMix mix = new(from, sourceRateHz, to, outputRateHz, rate);
        float[] mixed = [.. output];
        for (int done = 0; done < mixed.Length;)
        {
            int count = Math.Min(blockSamples, mixed.Length - done);
            mix.Scale(done, mixed.AsSpan(done, count));
            done += count;
        }

        return mixed;
    }
}
