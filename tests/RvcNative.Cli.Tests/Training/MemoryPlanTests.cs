namespace RvcNative.Cli.Tests.Training;

/// <summary>`train --plan` and `--memory-limit`.</summary>
public sealed class MemoryPlanTests(PreparedVoice voice) : IClassFixture<PreparedVoice>
{
    [Fact]
    public void The_plan_is_printed_and_nothing_is_trained()
    {
        PreparedRun run = voice.NewRun();
        string[] before = Directory.GetFiles(run.Folder);
        (int code, string output, string error) = run.Train(1, "--plan");
        Assert.True(code == CommandLine.Done, error);
        Assert.Single(output.Split('\n'), line => line.StartsWith("    2         no", StringComparison.Ordinal) && line.Contains("this training", StringComparison.Ordinal));
        Assert.Matches(@"\n    8 +yes +\d+ +\d+ +\d+ +\d+\r?\n", output);
        Assert.Equal(before.Order(), Directory.GetFiles(run.Folder).Order());
    }

    [Fact]
    public void A_limit_that_nothing_fits_in_is_refused()
    {
        (int code, _, string error) = voice.NewRun().Train(1, "--memory-limit", "5MiB");
        Assert.NotEqual(CommandLine.Done, code);
        Assert.Matches(@"a memory limit of 5 MiB is too small: one item of \d+ frames takes \d+ MiB", error);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("GiB")]
    [InlineData("-2GiB")]
    [InlineData("2 apples")]
    public void A_limit_without_number_or_unit_is_wrong_use(string limit)
    {
        (int code, _, string error) = voice.NewRun().Train(1, "--memory-limit", limit);
        Assert.Equal(2, code);
        Assert.Contains("3GiB or 2500MiB", error, StringComparison.Ordinal);
    }
}
