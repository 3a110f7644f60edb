using System.Text.Json;

namespace RvcNative.Cli.Tests;

public sealed class VerifyCommandTests
{
    private static readonly string s_case = Path.Combine(Repository.Root, "tests", "golden", "f0-coarse");

    [Fact]
    public void A_passing_case_ends_with_the_verdict()
    {
        (int code, string[] lines, _) = Invocation.Run("verify", s_case, "--verbose");
        Assert.Equal(CommandLine.Done, code);
        Assert.Equal("verify: PASS 1 of 1 cases", lines[^1]);
        Assert.Contains(lines, line => line.TrimStart().StartsWith("coarse_key3.5_f32", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_is_not_there_fails_and_the_others_run()
    {
        (int code, string[] lines, _) = Invocation.Run("verify", Path.Combine(Path.GetTempPath(), "no-such-case"), s_case);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Equal("verify: FAIL 1 of 2 cases: no-such-case", lines[^1]);
        Assert.Contains(lines, line => line.Contains("there is no such folder", StringComparison.Ordinal));
        Assert.Contains("f0-coarse", lines);
    }

    [Fact]
    public void Json_is_one_object_a_case_and_nothing_else()
    {
        (int code, string[] lines, _) = Invocation.Run("verify", "--json", s_case, Path.Combine(Path.GetTempPath(), "no-such-case"));
        Assert.Equal(CommandLine.Failed, code);
        Assert.Equal(2, lines.Length);
        JsonElement first = JsonDocument.Parse(lines[0]).RootElement, second = JsonDocument.Parse(lines[1]).RootElement;
        Assert.Equal(("f0-coarse", true), (first.GetProperty("case").GetString(), first.GetProperty("pass").GetBoolean()));
        Assert.False(second.GetProperty("pass").GetBoolean());
        Assert.Contains("there is no such folder", second.GetProperty("failures")[0].GetString());
    }

    [Fact]
    public void Without_a_case_it_is_wrong_use() => Assert.Equal(CommandLine.WrongUse, Invocation.Run("verify").Code);
}
