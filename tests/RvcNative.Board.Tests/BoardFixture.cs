using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace RvcNative.Board.Tests;

/// <summary>A logs folder, a weights folder and a board of them on a free port.</summary>
internal sealed class BoardFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("rvcnative board тест ");
    private BoardServer? _server;

    private BoardFixture()
    {
    }

    internal string Logs => Path.Combine(_root.FullName, "logs");

    internal string Weights => Path.Combine(_root.FullName, "weights");

    internal HttpClient Client { get; private set; } = null!;

    internal int Port => _server!.Address.Port;

    /// <summary>What went wrong in the board itself.</summary>
    internal List<string> Faults { get; } = [];

    internal static async Task<BoardFixture> Start(string? token = null)
    {
        BoardFixture fixture = new();
        Directory.CreateDirectory(fixture.Logs);
        Directory.CreateDirectory(fixture.Weights);
        fixture._server = await BoardServer.StartAsync(new BoardOptions
        {
            Logs = fixture.Logs,
            Weights = fixture.Weights,
            Port = 0,
            Token = token,
            OnFault = fault => { lock (fixture.Faults) fixture.Faults.Add(fault); },
        });
        fixture.Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{fixture.Port}"),
        };
        return fixture;
    }

    /// <summary>A file of the run, whose folder is made.</summary>
    internal string Run(string name, params string[] file)
    {
        string path = Path.Combine([Logs, name, .. file]);
        Directory.CreateDirectory(file.Length == 0 ? path : Path.GetDirectoryName(path)!);
        return path;
    }

    internal string Voice(string file, string contents)
    {
        string path = Path.Combine(Weights, file);
        File.WriteAllText(path, contents);
        return path;
    }

    internal async Task<JsonElement> Get(string path)
    {
        using HttpResponseMessage answer = await Client.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).Clone();
    }

    internal async Task<(HttpStatusCode Status, JsonElement Body)> Send(HttpMethod method, string path, object body)
    {
        using HttpRequestMessage request = new(method, path) { Content = JsonContent.Create(body) };
        using HttpResponseMessage answer = await Client.SendAsync(request);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).Clone());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _root.Delete(recursive: true);
    }
}
