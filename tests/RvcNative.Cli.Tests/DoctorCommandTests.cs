using System.Text.Json;

namespace RvcNative.Cli.Tests;

public sealed class DoctorCommandTests
{
    [Fact]
    public void What_is_missing_comes_with_what_to_do()
    {
        (int code, string[] lines, _) = Invocation.Run("doctor", "--json", "--ffmpeg", "no-such-ffmpeg", "--python", "no-such-python");
        Assert.Equal(CommandLine.Done, code);
        Dictionary<string, JsonElement> findings = lines.Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(finding => finding.GetProperty("name").GetString()!);
        Assert.Equal("missing", findings["ffmpeg"].GetProperty("state").GetString());
        Assert.Contains("apt install ffmpeg", findings["ffmpeg"].GetProperty("advice").GetString());
        Assert.Equal("missing", findings["PyTorch for benchmarks"].GetProperty("state").GetString());
        Assert.Equal("ok", findings["temporary folder"].GetProperty("state").GetString());
        Assert.Contains("threads", findings["device cpu"].GetProperty("found").GetString());
        Assert.Contains(".NET", findings["rvcnative"].GetProperty("found").GetString());
    }

    [Fact]
    public void Plain_lines_begin_with_the_state()
    {
        (_, string[] lines, _) = Invocation.Run("doctor", "--ffmpeg", "no-such-ffmpeg", "--python", "no-such-python");
        Assert.Contains(lines, line => line.StartsWith("missing  ffmpeg: 'no-such-ffmpeg' cannot be started", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Matches("^(ok|missing|broken)? +", line));
    }
}
