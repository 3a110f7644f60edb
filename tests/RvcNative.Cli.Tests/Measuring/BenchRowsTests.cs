using System.Text.Json;
using RvcNative.Cli.Commands;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Tests.Measuring;

/// <summary>What `bench step` and `bench infer` say to machines.</summary>
public sealed class BenchRowsTests : IDisposable
{
    private readonly TinyVoice _voice = new();

    [Fact]
    public void A_sweep_has_a_line_for_every_combination()
    {
        using StringWriter output = new();
        BenchCommand.StepOptions options = new(_voice.ConfigPath, ModelVersion.V2, HasPitch: true, Batch: 0, Frames: 0, Threads: 0, Steps: 1, Warmup: 0,
            new BenchPeer(Mainline: null, Applio: null, Python: ""), Json: true)
        {
            Discriminators = TinyVoice.Discriminators,
        };
        Assert.Equal(CommandLine.Done, BenchCommand.RunSteps(options, [1], [1, 2], [5], output));
        List<(int, int, int)> rows = [];
        foreach (string line in output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument row = JsonDocument.Parse(line);
            JsonElement root = row.RootElement;
            rows.Add((root.GetProperty("threads").GetInt32(), root.GetProperty("batch").GetInt32(), root.GetProperty("frames").GetInt32()));
            foreach (string name in (string[])["median_ms", "min_ms", "gflop", "gflops", "peak_gflops", "arena_mib"]) Assert.True(root.GetProperty(name).GetDouble() > 0, name);
            Assert.NotEmpty(root.GetProperty("phases_ms").EnumerateObject());
            Assert.False(root.TryGetProperty("ratio", out _));
        }

        Assert.Equal([(1, 1, 5), (1, 2, 5)], rows);
    }

    [Fact]
    public void Conversion_is_one_object()
    {
        (int code, string[] lines, _) = Invocation.Run("bench", "infer", "--config", _voice.ConfigPath, "--seconds", "0.5", "--runs", "2", "--warmup", "0", "--json");
        Assert.Equal(CommandLine.Done, code);
        using JsonDocument row = JsonDocument.Parse(Assert.Single(lines));
        JsonElement root = row.RootElement;
        Assert.Equal(50, root.GetProperty("frames").GetInt32());
        foreach (string name in (string[])["median_ms", "min_ms", "ms_per_second", "gflop", "gflops", "peak_gflops", "peak_rss_mib"]) Assert.True(root.GetProperty(name).GetDouble() > 0, name);
        Assert.False(root.TryGetProperty("ratio", out _));
    }

    [SkippableFact]
    public void Conversion_in_turn_with_mainline_has_a_ratio()
    {
        string repository = Path.Combine(Repository.Root, "..", "peers", "rvc");
        Skip.IfNot(Directory.Exists(repository), "no checkout of mainline");
        Skip.IfNot(File.Exists("/usr/bin/python3"), "no /usr/bin/python3");
        (int code, string[] lines, string error) = Invocation.Run("bench", "infer", "--config", _voice.ConfigPath, "--seconds", "0.2", "--runs", "1", "--warmup", "0",
            "--threads", "1", "--json", "--rvc-repo", repository, "--python", "/usr/bin/python3");
        Skip.If(error.Contains("No module named", StringComparison.Ordinal), error);
        Assert.Equal(CommandLine.Done, code);
        using JsonDocument row = JsonDocument.Parse(Assert.Single(lines));
        foreach (string name in (string[])["peer_median_ms", "peer_peak_rss_mib", "ratio", "memory_ratio"]) Assert.True(row.RootElement.GetProperty(name).GetDouble() > 0, name);
        Assert.Contains("PyTorch", row.RootElement.GetProperty("peer").GetString());
    }

    [Theory]
    [InlineData("--batch", "1,,2")]
    [InlineData("--frames", "x")]
    [InlineData("--threads", "1;2")]
    public void A_list_is_whole_numbers(string option, string value)
    {
        (int code, _, string error) = Invocation.Run("bench", "step", option, value);
        Assert.Equal(CommandLine.WrongUse, code);
        Assert.Contains($"{option} takes whole numbers with commas between, such as 1,2; '{value}' came", error);
    }

    [Theory]
    [InlineData("--runs is 1 or more", "--runs", "0")]
    [InlineData("give --seconds 1 or more", "--seconds", "0")]
    [InlineData("is no checkout of mainline RVC", "--rvc-repo", "no-such-folder")]
    public void What_cannot_be_timed_is_told(string problem, string option, string value)
    {
        (int code, _, string error) = Invocation.Run("bench", "infer", "--config", _voice.ConfigPath, option, value);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains(problem, error);
    }

    public void Dispose() => _voice.Dispose();
}
