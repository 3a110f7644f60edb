using System.Security.Cryptography;
using System.Text.Json;

namespace RvcNative.Cli.Tests;

public sealed class AssetsCommandTests : IDisposable
{
    private static readonly byte[] s_bytes = [1, 2, 3, 4, 5];
    private readonly string _folder = Directory.CreateTempSubdirectory("rvcnative-assets-").FullName;

    private string List => Path.Combine(_folder, "list.json");

    private static string Sum => Convert.ToHexStringLower(SHA256.HashData(s_bytes));

    public AssetsCommandTests() => File.WriteAllText(List,
        $$$"""
        {"assets":[{"name":"one","about":"a file","checksums_from":"here","files":[{"place":"deep/one.pt","url":"http://127.0.0.1:9/one.pt","bytes":5,"sha256":"{{{Sum}}}"}]},
        {"name":"pair","about":"two","files":[{"place":"pair/G.pth","url":"http://127.0.0.1:9/G.pth"},{"place":"pair/D.pth","url":"http://127.0.0.1:9/D.pth"}]}]}
        """);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_built_in_list_is_shown_for_people_and_machines()
    {
        (int code, string[] lines, _) = Invocation.Run("assets", "list", "--assets", _folder);
        Assert.Equal(0, code);
        Assert.Contains(lines, line => line.StartsWith("rmvpe ", StringComparison.Ordinal) && line.Contains("181 MB", StringComparison.Ordinal));
        JsonElement file = JsonDocument.Parse(Invocation.Run("assets", "list", "--json").Output.First(line => line.Contains("f0G40k", StringComparison.Ordinal))).RootElement;
        Assert.StartsWith("https://huggingface.co/", file.GetProperty("url").GetString(), StringComparison.Ordinal);
        string shown = string.Join('\n', Invocation.Run("assets", "list", "--show").Output);
        Assert.Equal("contentvec", JsonDocument.Parse(shown).RootElement.GetProperty("assets")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Offline_says_which_file_is_wanted_where()
    {
        (int code, _, string error) = Run("fetch", "one", "pair/G.pth", "--offline");
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains($"{Path.Combine(_folder, "deep", "one.pt")} is not there", error);
        Assert.Contains($"bring http://127.0.0.1:9/one.pt (5 bytes), SHA-256 {Sum}, with: rvcnative assets add deep/one.pt FILE", error);
        Assert.Contains("http://127.0.0.1:9/G.pth", error);
        Assert.Contains("https://mirror.example/one.pt", Run("fetch", "one", "--offline", "--mirror", "https://mirror.example").Error);
    }

    [Fact]
    public void A_file_that_is_brought_is_found_and_verified()
    {
        string mine = Path.Combine(_folder, "mine.bin");
        File.WriteAllBytes(mine, s_bytes);
        (int added, _, string problem) = Run("add", "one", mine);
        Assert.Equal((0, ""), (added, problem));
        Assert.Equal([Path.Combine(_folder, "deep", "one.pt")], Run("where", "one").Output);
        Assert.Equal((0, "whole     deep/one.pt"), (Run("verify", "one").Code, Run("verify", "one").Output[0]));
        Assert.Equal((0, true), (Run("fetch", "one").Code, Run("fetch", "one").Output[0].Contains("was there", StringComparison.Ordinal)));

        File.WriteAllBytes(Path.Combine(_folder, "deep", "one.pt"), [9, 9, 9, 9, 9]);
        (int code, string[] lines, _) = Run("verify");
        Assert.Equal((CommandLine.Failed, "1 files, 1 damaged, 0 missing"), (code, lines[^1]));
        Assert.StartsWith("damaged   deep/one.pt: has the SHA-256", lines[0], StringComparison.Ordinal);

        File.WriteAllBytes(mine, [7]);
        Assert.Contains("is not the published file", Run("add", "one", mine).Error);
        Assert.Contains("(your own)", Run("verify", "one").Output[0]);
        Assert.Contains("a file of your own is there", Run("fetch", "one").Output[0]);
    }

    [Fact]
    public void A_pair_takes_a_file_by_its_name()
    {
        string mine = Path.Combine(_folder, "D.pth");
        File.WriteAllBytes(mine, s_bytes);
        Assert.Equal(0, Run("add", "pair", mine).Code);
        Assert.True(File.Exists(Path.Combine(_folder, "pair", "D.pth")));
        File.Move(mine, Path.Combine(_folder, "x.pth"));
        Assert.Equal(CommandLine.WrongUse, Run("add", "pair", Path.Combine(_folder, "x.pth")).Code);
        Assert.Equal(0, Run("add", "pair/G.pth", Path.Combine(_folder, "x.pth")).Code);
        Assert.Equal(0, Run("where", "pair").Code);
    }

    [Fact]
    public void What_cannot_be_is_told()
    {
        Assert.Equal((CommandLine.WrongUse, true), (Run("fetch", "nothing").Code, Run("fetch", "nothing").Error.Contains("no asset is called 'nothing'", StringComparison.Ordinal)));
        Assert.Equal(CommandLine.WrongUse, Run("fetch", "one", "--mirror", "ftp://x").Code);
        Assert.Equal(CommandLine.WrongUse, Run("fetch").Code);
        Assert.Equal(CommandLine.Failed, Run("where", "one").Code);
        Assert.Equal(CommandLine.Failed, Run("verify", "one").Code);
        Assert.Equal([_folder], Run("where").Output);
        (int code, _, string error) = Run("add", "one", Path.Combine(_folder, "no-such-file"));
        Assert.Equal((CommandLine.Failed, true), (code, error.Contains("there is no such file", StringComparison.Ordinal)));
        File.WriteAllText(List, "{}");
        Assert.Contains("is no list of assets", Run("list").Error);
    }

    private (int Code, string[] Output, string Error) Run(string part, params string[] arguments) =>
        Invocation.Run(["assets", part, .. arguments, "--assets", _folder, "--list", List]);
}
