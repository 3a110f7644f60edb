namespace RvcNative.Audio.Tests;

public sealed class OutputLevelTests
{
    [SkippableTheory]
    [InlineData("quiet")]
    [InlineData("loud")]
    public void Sixteen_bits_are_mainlines(string name)
    {
        Golden golden = Golden.Case("pipeline");
        short[] expected = golden.Shorts("int16_" + name), got = OutputLevel.ToPcm16(golden.Floats("to16_" + name));
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < got.Length; i++) Assert.InRange(got[i], expected[i] - 1, expected[i] + 1);
    }

    [Fact]
    public void Only_what_is_too_loud_is_scaled()
    {
        float[] input = [0.2f, -1.9f], quiet = [0.2f, -0.9f];
        OutputLevel.LimitInput(input);
        OutputLevel.LimitInput(quiet);
        Close.Each([0.1f, -0.95f], input, absolute: 1e-6);
        Assert.Equal([0.2f, -0.9f], quiet);
        Assert.Equal(2, OutputLevel.OutputExcess(1.98f), 1e-6);
        Assert.Empty(OutputLevel.ToPcm16([]));
    }
}
