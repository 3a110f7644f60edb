using System.Net;
using System.Text.RegularExpressions;

namespace RvcNative.Board.Tests;

/// <summary>The page is whole and its own.</summary>
public sealed partial class PageTests
{
    [Fact]
    public async Task All_that_the_page_refers_to_is_served_and_nothing_is_left_over()
    {
        await using BoardFixture board = await BoardFixture.Start();
        HashSet<string> reached = [];
        Stack<string> open = new(["/"]);
        while (open.TryPop(out string? path))
        {
            if (!reached.Add(path)) continue;
            using HttpResponseMessage answer = await board.Client.GetAsync(path);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, path);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain("://", SvgNamespace().Replace(text, ""));
            foreach (Match match in Reference().Matches(text))
            {
                Uri from = new($"http://board{path}");
                open.Push(new Uri(from, match.Groups["path"].Value).AbsolutePath);
            }
        }

        string[] files = [.. typeof(BoardServer).Assembly.GetManifestResourceNames().Select(name => name == "page/index.html" ? "/" : name["page".Length..])];
        Assert.Equal(files.Order(), reached.Order());
    }

    [Fact]
    public async Task The_page_runs_no_script_and_no_style_of_its_text()
    {
        await using BoardFixture board = await BoardFixture.Start();
        string page = await board.Client.GetStringAsync("/");
        Assert.DoesNotMatch(@"<script(?![^>]*\bsrc=)", page);
        Assert.DoesNotMatch(@"<style|\sstyle=|\son[a-z]+=", page);
    }

    [GeneratedRegex("""(?:(?:href|src)=|\bfrom )"(?<path>[^"#]+)";?""")]
    private static partial Regex Reference();

    [GeneratedRegex("xmlns=\"http://www.w3.org/2000/svg\"")]
    private static partial Regex SvgNamespace();
}
