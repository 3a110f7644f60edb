namespace RvcNative.Audio.Tests;

public sealed class OutputLevelTests
{
    [SkippableTheory]
    [InlineData("quiet")]
    [InlineData("loud")]
    public void Sixteen_bits_are_mainlines(string name)
    {
        Golden golden = Golden.Case("pipeline");
        float[] audio = golden.Floats("to16_" + name);
        float scale = OutputLevel.Pcm16Scale(audio.Max(MathF.Abs));
        Assert.All(golden.Shorts("int16_" + name).Zip(audio), pair => Assert.InRange(OutputLevel.ToPcm16(pair.Second, scale), pair.First - 1, pair.First + 1));
    }

    [Fact]
    public void Only_what_is_too_loud_is_scaled()
    {
        Assert.Equal(2, OutputLevel.InputExcess(1.9f), 1e-6);
        Assert.InRange(OutputLevel.InputExcess(0.94f), 0, 1);
        Assert.Equal(2, OutputLevel.OutputExcess(1.98f), 1e-6);
        Assert.Equal(16384, OutputLevel.Pcm16Scale(1.98f), 1e-2);
        Assert.Equal(32768, OutputLevel.Pcm16Scale(0.5f));
    }
}
