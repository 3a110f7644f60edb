using RvcNative.Rvc.Assets;

namespace RvcNative.Rvc.Tests.Assets;

public sealed class AssetListTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void The_embedded_list_has_every_pretrained_pair_with_its_checksums()
    {
        AssetList list = AssetList.Read();
        foreach (string version in (string[])["v1", "v2"])
        {
            foreach (string rate in (string[])["32k", "40k", "48k"])
            {
                foreach (string tail in (string[])["", "-no-f0"])
                {
                    Asset pair = list.Find($"pretrained-{version}-{rate}{tail}")!;
                    string prefix = $"{(version == "v1" ? "pretrained" : "pretrained_v2")}/{(tail.Length == 0 ? "f0" : "")}";
                    Assert.Equal([$"{prefix}G{rate}.pth", $"{prefix}D{rate}.pth"], pair.Files.Select(file => file.Place));
                    Assert.All(pair.Files, file => Assert.Equal(64, file.Sha256!.Length));
                    Assert.All(pair.Files, file => Assert.EndsWith(file.Place, file.Address.AbsolutePath, StringComparison.Ordinal));
                }
            }
        }

        Assert.All((string[])["contentvec", "hubert-base-fairseq", "rmvpe", "fcpe", "crepe-full", "crepe-tiny"], name => Assert.NotNull(list.Find(name)));
        Assert.All(list.Assets.Where(asset => asset.Files.Any(file => file.Sha256 is not null)), asset => Assert.NotNull(asset.ChecksumsFrom));
        List<string> places = [.. list.Assets.SelectMany(asset => asset.Files).Select(file => file.Place)];
        Assert.Equal(places.Count, places.Distinct().Count());
    }

    [Fact]
    public void A_file_is_found_by_its_place_too() =>
        Assert.Equal("pretrained_v2/f0G40k.pth", Assert.Single(AssetList.Read().Find("pretrained_v2/f0G40k.pth")!.Files).Place);

    [Theory]
    [InlineData("../x", "https://a.b/x", null, "no path below the assets folder")]
    [InlineData("/etc/x", "https://a.b/x", null, "no path below the assets folder")]
    [InlineData("a\\\\b", "https://a.b/x", null, "no path below the assets folder")]
    [InlineData("x", "file:///etc/passwd", null, "no web address")]
    [InlineData("x", "https://a.b/x", "123", "64 hexadecimal digits")]
    public void A_list_that_leads_astray_is_refused(string place, string url, string? sha256, string problem)
    {
        string sum = sha256 is null ? "" : $$""","sha256":"{{sha256}}" """;
        File.WriteAllText(_path, $$"""{"assets":[{"name":"a","files":[{"place":"{{place}}","url":"{{url}}"{{sum}}}]}]}""");
        AssetException fault = Assert.Throws<AssetException>(() => AssetList.Read(_path));
        Assert.Contains(problem, fault.Message);
        Assert.Contains(_path, fault.Message);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"assets":[{"name":"a"}]}""")]
    public void Something_else_is_no_list(string text)
    {
        File.WriteAllText(_path, text);
        Assert.Contains("is no list of assets", Assert.Throws<AssetException>(() => AssetList.Read(_path)).Message);
    }
}
