using System.Net.Sockets;
using System.Text;

namespace RvcNative.Board.Tests;

/// <summary>No path of a request leads out of the logs and weights folders. Requests are written by hand: a client would tidy their paths up.</summary>
public sealed class PathTests
{
    private const string Secret = "not to be seen";

    [Theory]
    [InlineData("/api/runs/../records/config")]
    [InlineData("/api/runs/..%2f..%2foutside/records/config")]
    [InlineData("/api/runs/%2e%2e/records/config")]
    [InlineData("/api/runs/..%5coutside/records/config")]
    [InlineData("/api/runs/%2e%2e%2foutside/records/config")]
    [InlineData("/api/runs/../../outside/config.json")]
    [InlineData("/api/runs/./records/config")]
    [InlineData("/api/runs//records/config")]
    [InlineData("/api/runs/mira%00/records/config")]
    [InlineData("/api/runs/mute/records/config")]
    [InlineData("/api/runs/.hidden/records/config")]
    [InlineData("/api/runs/mira/records/..%2f..%2foutside%2fconfig")]
    [InlineData("/api/runs/mira/records/rvcnative")]
    [InlineData("/api/runs/mira/audition/render?id=../../../outside/config")]
    [InlineData("/api/runs/mira/audition/render?id=..%2f..%2f..%2foutside")]
    [InlineData("/api/runs/mira/audition/clip?id=")]
    [InlineData("/api/runs/mira/audition/spectrogram?id=%2e%2e%2fsecret")]
    [InlineData("/api/columns?run=../outside&source=&tag=a&columns=9&weight=0&axis=steps&positive=0")]
    [InlineData("/api/runs/mira/media/item?source=..&tag=a&step=0")]
    [InlineData("/page/index.html")]
    [InlineData("/js/../../outside/config.json")]
    [InlineData("/..%2foutside/config.json")]
    public async Task A_path_that_leads_elsewhere_is_refused(string target)
    {
        await using BoardFixture board = await BoardFixture.Start();
        foreach (string folder in (string[])["../outside", "..", "mute", ".hidden", "."])
            File.WriteAllText(board.Run(folder, "config.json"), $$"""{ "secret": "{{Secret}}" }""");
        File.WriteAllText(board.Run("mira", "rvcnative.json"), Secret);
        string answer = await Raw(board.Port, target);
        Assert.Matches("^HTTP/1.1 4[0-9][0-9] ", answer);
        Assert.DoesNotContain(Secret, answer);
        Assert.Empty(board.Faults);
    }

    [Fact]
    public async Task The_same_request_for_a_run_that_is_there_is_answered()
    {
        await using BoardFixture board = await BoardFixture.Start();
        File.WriteAllText(board.Run("mira мир", "config.json"), """{ "train": { "seed": 7 } }""");
        string answer = await Raw(board.Port, "/api/runs/mira%20%D0%BC%D0%B8%D1%80/records/config");
        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.Contains("\"seed\": 7", answer);
    }

    private static async Task<string> Raw(int port, string target)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", port);
        using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync();
    }
}
