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
        float[] output = golden.Floats("rms_output");
        LoudnessMix.Apply(golden.Doubles("rms_input"), 16000, output, 32000, rate);
        Close.RelL2(golden.Floats("rms_mixed_" + name), output, 1e-5);
    }

    [Fact]
    public void Rate_one_changes_nothing()
    {
        float[] output = [0.1f, -0.2f];
        LoudnessMix.Apply([0.5, 0.5], 16000, output, 40000, 1);
        Assert.Equal([0.1f, -0.2f], output);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7999)]
    [InlineData(8000)]
    [InlineData(40001)]
    public void Rate_zero_takes_over_a_steady_level(int samples)
    {
        float[] output = [.. Enumerable.Repeat(0.1f, samples)];
        LoudnessMix.Apply([.. Enumerable.Repeat(0.4, samples)], 16000, output, 16000, 0);
        Assert.All(output, y => Assert.Equal(0.4f, y, 4));
    }

    [Fact]
    public void Silence_stays_silence()
    {
        float[] output = new float[40000];
        LoudnessMix.Apply(new double[16000], 16000, output, 40000, 0.25);
        Assert.All(output, y => Assert.Equal(0f, y));
    }
}
