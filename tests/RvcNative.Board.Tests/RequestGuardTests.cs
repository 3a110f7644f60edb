using System.Net;

namespace RvcNative.Board.Tests;

/// <summary>Who is answered: Host, Origin, token.</summary>
public sealed class RequestGuardTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:1", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:6116", true)]
    [InlineData("rebound.example", false)]
    [InlineData("localhost.rebound.example:6116", false)]
    [InlineData("127.0.0.1.rebound.example", false)]
    [InlineData("192.168.7.7", false)]
    public async Task A_name_that_is_not_this_machines_is_not_answered(string host, bool isAnswered)
    {
        await using BoardFixture board = await BoardFixture.Start();
        board.Run("mira");
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/runs");
        request.Headers.Host = host;
        using HttpResponseMessage answer = await board.Client.SendAsync(request);
        Assert.Equal(isAnswered ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(isAnswered, (await answer.Content.ReadAsStringAsync()).Contains("mira", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Origin", "http://elsewhere.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "https://127.0.0.1", false)]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Sec-Fetch-Site", "none", true)]
    public async Task A_page_of_another_site_is_not_answered(string header, string value, bool isAnswered)
    {
        await using BoardFixture board = await BoardFixture.Start();
        Assert.Equal(isAnswered ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await Status(board, "/api/runs", (header, value)));
    }

    [Fact]
    public async Task The_boards_own_page_is_answered_and_a_link_may_open_it()
    {
        await using BoardFixture board = await BoardFixture.Start();
        Assert.Equal(HttpStatusCode.OK, await Status(board, "/api/runs", ("Origin", $"http://127.0.0.1:{board.Port}")));
        Assert.Equal(HttpStatusCode.OK, await Status(board, "/", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(board, "/api/runs", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")));
    }

    [Fact]
    public async Task With_a_token_nothing_is_answered_without_it()
    {
        await using BoardFixture board = await BoardFixture.Start(token: "s3cret/+");
        foreach (string path in (string[])["/", "/js/main.js", "/api/runs", "/?token=wrong", "/?token="]) Assert.Equal(HttpStatusCode.Unauthorized, await Status(board, path));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(board, "/api/runs", ("Authorization", "Bearer s3cret")));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(board, "/api/runs", ("Cookie", "rvcnative-board=other")));
        Assert.Equal(HttpStatusCode.OK, await Status(board, "/api/runs", ("Authorization", "Bearer s3cret/+")));
    }

    [Fact]
    public async Task The_token_of_the_address_becomes_a_cookie_and_leaves_the_address()
    {
        await using BoardFixture board = await BoardFixture.Start(token: "s3cret/+");
        using HttpResponseMessage answer = await board.Client.GetAsync("/?token=s3cret%2F%2B");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/", answer.Headers.Location!.OriginalString);
        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, await Status(board, "/api/runs", ("Cookie", cookie.Split(';')[0])));
    }

    [Theory]
    [InlineData("0.0.0.0", null)]
    [InlineData("192.168.1.20", "")]
    [InlineData("::", null)]
    public async Task Another_address_than_loopback_wants_a_token(string address, string? token)
    {
        BoardOptions options = new() { Logs = "logs", Weights = "weights", Address = IPAddress.Parse(address), Token = token, Port = 0 };
        Assert.Contains("token", (await Assert.ThrowsAsync<ArgumentException>(() => BoardServer.StartAsync(options))).Message);
    }

    [Fact]
    public async Task Bound_to_all_addresses_bare_ones_are_answered_and_other_names_are_not()
    {
        BoardOptions options = new() { Logs = Path.GetTempPath(), Weights = Path.GetTempPath(), Address = IPAddress.Any, Token = "t", Port = 0 };
        await using BoardServer server = await BoardServer.StartAsync(options);
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{server.Address.Port}") };
        Assert.Equal(HttpStatusCode.OK, await Of("10.1.2.3"));
        Assert.Equal(HttpStatusCode.OK, await Of(Dns.GetHostName()));
        Assert.Equal(HttpStatusCode.Forbidden, await Of("rebound.example"));

        async Task<HttpStatusCode> Of(string host)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/js/dom.js");
            request.Headers.Host = host;
            request.Headers.Authorization = new("Bearer", "t");
            using HttpResponseMessage answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/runs")]
    [InlineData("/api/runs/none/curves")]
    [InlineData("/nothing")]
    public async Task Every_answer_forbids_what_is_not_the_boards(string path)
    {
        await using BoardFixture board = await BoardFixture.Start();
        using HttpResponseMessage answer = await board.Client.GetAsync(path);
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    private static async Task<HttpStatusCode> Status(BoardFixture board, string path, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage answer = await board.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
