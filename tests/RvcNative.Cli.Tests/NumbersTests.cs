namespace RvcNative.Cli.Tests;

/// <summary>Numbers on the command line: their range, and the point in them.</summary>
public sealed class NumbersTests
{
    [Theory]
    [InlineData("--pitch 3,5: a number is written with a point", "infer", "a.wav", "b.wav", "--model", "m.pth", "--pitch", "3,5")]
    [InlineData("--pitch 61 is out of range; it is from -60 to 60.", "infer", "a.wav", "b.wav", "--model", "m.pth", "--pitch", "61")]
    [InlineData("--autotune nan is out of range", "infer", "a.wav", "b.wav", "--model", "m.pth", "--autotune", "nan")]
    [InlineData("--nprobe 0 is out of range; it is 1 or more.", "infer", "a.wav", "b.wav", "--model", "m.pth", "--index", "i", "--nprobe", "0")]
    [InlineData("--chunk-seconds 2,4: a number is written with a point", "preprocess", "data", "--name", "x", "--chunk-seconds", "2,4")]
    [InlineData("--chunk-seconds 6.5 is out of range; it is from 1 to 6.4.", "preprocess", "data", "--name", "x", "--chunk-seconds", "6.5")]
    [InlineData("--threads -1 is out of range; it is from 0 to 1024.", "index", "--name", "x", "--threads", "-1")]
    [InlineData("--f0-min 19.5 is out of range", "extract", "--name", "x", "--f0-method", "pm", "--f0-min", "19.5")]
    [InlineData("--clip-norm 0,5: a number is written with a point", "train", "--name", "x", "--clip-norm", "0,5")]
    [InlineData("--validation 2,5: say", "train", "--name", "x", "--validation", "2,5")]
    [InlineData("--seconds -1 is out of range; it is 0 or more.", "bench", "pitch", "--seconds", "-1")]
    [InlineData("--seconds 0,5: a number is written with a point", "bench", "pitch", "--seconds", "0,5")]
    public void What_is_out_of_range_or_has_a_comma_is_wrong_use(string words, params string[] arguments)
    {
        (int code, _, string error) = Invocation.Run(arguments);
        Assert.Equal(CommandLine.WrongUse, code);
        Assert.Contains(words, error);
    }

    [Fact]
    public void More_than_memory_can_hold_is_said()
    {
        (int code, _, string error) = Invocation.Run("bench", "pitch", "--seconds", "1e9", "--threads", "1");
        Assert.Equal(CommandLine.Failed, code);
        Assert.StartsWith("rvcnative: there is not enough memory for this", error);
    }
}
