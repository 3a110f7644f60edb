using System.Text.RegularExpressions;
using RvcNative.Cli;

namespace RvcNative.Architecture.Tests;

/// <summary>Every command explains itself.</summary>
public partial class CommandTests
{
    public static TheoryData<string> Commands() =>
    [
        .. Repository.Sources("src/RvcNative.Cli/Commands").Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name.EndsWith("Command", StringComparison.Ordinal)).Select(name => WordStart().Replace(name[..^"Command".Length], "-").ToLowerInvariant()),
    ];

    [Theory, MemberData(nameof(Commands))]
    public void A_command_has_help_with_an_example(string command)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run([command, "--help"], output, error);
        Assert.Equal(0, code);
        Assert.Contains("Example", output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"rvcnative {command}", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_command_is_wrong_use()
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(2, CommandLine.Run(["no-such-command"], output, error));
        Assert.Contains("no-such-command", error.ToString(), StringComparison.Ordinal);
    }

    // ExtractSmallCommand is the command extract-small.
    [GeneratedRegex("(?<!^)(?=[A-Z])")]
    private static partial Regex WordStart();
}
