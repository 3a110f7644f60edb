using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using RvcNative.Board.Api;
using RvcNative.Board.Runs;
using RvcNative.Board.Serving;

namespace RvcNative.Board;

/// <summary>The web board: a page and what it asks for, answered by a Kestrel of its own.</summary>
public sealed class BoardServer : IAsyncDisposable
{
    private const long LongestBody = 1 << 16;
    private readonly WebApplication _app;

    private BoardServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    /// <summary>What to open in a browser, with the token where one is wanted.</summary>
    public Uri Address { get; }

    /// <exception cref="ArgumentException">Another address than loopback without a token.</exception>
    /// <exception cref="IOException">The port is taken or not for this user, or the address is not this machine's.</exception>
    public static async Task<BoardServer> StartAsync(BoardOptions options, CancellationToken cancellation = default)
    {
        if (!IPAddress.IsLoopback(options.Address) && string.IsNullOrEmpty(options.Token))
            throw new ArgumentException($"the board at {options.Address} would be open to everyone in reach; it wants a token there");

        // The empty builder reads no configuration, environment or files, and logs nothing.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestBody;
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();

        RunCatalogue runs = new(options.Logs, options.Weights);
        app.Use(new Faults(options.OnFault).Answer);
        app.Use(new RequestGuard(options).Check);
        app.UseRouting();
        PageFiles.Map(app);
        RunsApi.Map(app, runs);
        CurvesApi.Map(app, runs);
        MediaApi.Map(app, runs);
        RecordsApi.Map(app, runs);
        AuditionApi.Map(app, runs);
        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"the board cannot answer at {options.Address}, port {options.Port}: {failure.Message.TrimEnd('.')}. Name another with --port (0 takes one that is free) or an address of this machine with --bind.", failure);
        }

        string listening = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        int port = new Uri(listening).Port;
        string host = IPAddress.IsLoopback(options.Address) ? "localhost"
            : options.Address.Equals(IPAddress.Any) || options.Address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName()
            : options.Address.ToString();
        UriBuilder address = new("http", host, port) { Query = options.Token is { } token ? $"token={Uri.EscapeDataString(token)}" : "" };
        return new BoardServer(app, address.Uri);
    }

    /// <summary>Answers what is under way and ends.</summary>
    public async Task StopAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
        await _app.StopAsync(patience.Token).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync().ConfigureAwait(false);
}
