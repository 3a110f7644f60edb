using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Tests;

public sealed class BenchCommandTests
{
    [Theory]
    [InlineData("give --frames 32 or more", "--frames", "31")]
    [InlineData("give --batch 1 or more", "--batch", "0")]
    [InlineData("--steps is 1 or more", "--steps", "0")]
    [InlineData("44k", "--config", "44k")]
    public void What_cannot_be_timed_is_told(string problem, string option, string value)
    {
        (int code, _, string error) = Invocation.Run("bench", "step", option, value);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains(problem, error);
    }

    [Theory]
    [InlineData("mainline_step.py")]
    [InlineData("mainline_infer.py")]
    [InlineData("applio_step.py")]
    [InlineData("applio_infer.py")]
    [InlineData("hubert.py")]
    public void A_peers_script_is_found_in_the_repository(string script) => Assert.Equal(
        Path.Combine(Repository.Root, "benchmarks", "peers", script), Path.GetFullPath(PeerProcess.FindScript(script)!));
}
