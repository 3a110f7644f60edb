using System.Text.RegularExpressions;

namespace RvcNative.Architecture.Tests;

/// <summary>What the house asks of every file.</summary>
public partial class HouseTests
{
    private const int LongestFile = 400;

    [Fact]
    public void No_source_file_is_longer_than_400_lines() => Assert.DoesNotContain(
        Repository.Sources("src").Concat(Repository.Sources("tests")), file => File.ReadLines(Repository.Place(file)).Count() > LongestFile);

    [Fact]
    public void Nothing_is_left_unfinished() => Assert.DoesNotContain(Repository.Sources("src"), file => Unfinished().IsMatch(Repository.Text(file)));

    [Fact]
    public void No_project_or_file_is_called_after_nothing() => Assert.DoesNotContain(
        Repository.Sources("src"), file => Nameless().IsMatch(Path.GetFileNameWithoutExtension(file)));

    [Fact]
    public void The_readme_names_the_commands_that_CI_runs()
    {
        string readme = Repository.Text("README.md"), ci = Repository.Text(".ci", "run");
        Assert.Contains("dotnet run --project src/RvcNative.Cli -c Release -- demo", readme, StringComparison.Ordinal);
        Assert.Contains("dotnet test -c Release", readme, StringComparison.Ordinal);
        Assert.Contains("dotnet test -c Release", ci, StringComparison.Ordinal);
        Assert.Contains("-- demo", ci, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(Utils?|Helpers?|Common|Misc)$")]
    private static partial Regex Nameless();
}
