using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using RvcNative.Board;

namespace RvcNative.Cli.Commands;

/// <summary>`board`: the web board, until Ctrl-C.</summary>
internal static class BoardCommand
{
    private const string Help = """
        Shows trainings in a browser as they run: curves, mel images, warnings, data, validation, saves, and the audition of saves. Reads the event files of mainline
        and Applio as well. The page needs no network and answers on this machine alone, unless --bind says otherwise; then a token is wanted.

        Example: rvcnative board --logs logs
        """;

    private const int TokenBytes = 16;

    internal static Command Create()
    {
        Option<DirectoryInfo> logs = Places.Logs(), weights = Places.Weights();
        Option<int> port = new("--port") { Description = "Where to answer; 0 takes a port that is free.", DefaultValueFactory = _ => BoardOptions.DefaultPort };
        Option<IPAddress> bind = new("--bind")
        {
            Description = "The address to answer at: 0.0.0.0 for all of this machine's.",
            DefaultValueFactory = _ => IPAddress.Loopback,
            CustomParser = result =>
            {
                if (IPAddress.TryParse(result.Tokens[0].Value, out IPAddress? address)) return address;
                result.AddError($"--bind {result.Tokens[0].Value}: an address is wanted, such as 0.0.0.0 or 192.168.1.20.");
                return null;
            },
        };
        Option<string?> token = new("--token") { Description = "What a browser must show; drawn at random where --bind is no loopback address and none is given." };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > IPEndPoint.MaxPort) result.AddError($"--port is from 0 to {IPEndPoint.MaxPort}.");
        });
        Command command = new("board", Help) { logs, weights, port, bind, token };
        command.SetAction(parsed => Run(
            new BoardOptions
            {
                Logs = parsed.GetRequiredValue(logs).FullName,
                Weights = parsed.GetRequiredValue(weights).FullName,
                Port = parsed.GetValue(port),
                Address = parsed.GetRequiredValue(bind),
                Token = parsed.GetValue(token),
                OnFault = parsed.InvocationConfiguration.Error.WriteLine,
            }, parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(BoardOptions options, TextWriter output)
    {
        using Interruption interruption = new();
        if (!IPAddress.IsLoopback(options.Address) && string.IsNullOrEmpty(options.Token))
            options = options with { Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)) };
        Serve(options, output, interruption.Token).GetAwaiter().GetResult();
        return CommandLine.Done;
    }

    private static async Task Serve(BoardOptions options, TextWriter output, CancellationToken cancellation)
    {
        await using BoardServer server = await BoardServer.StartAsync(options, cancellation).ConfigureAwait(false);
        await output.WriteLineAsync($"the board of {options.Logs} is at {server.Address}\nCtrl-C ends it.").ConfigureAwait(false);
        await output.FlushAsync(cancellation).ConfigureAwait(false);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await server.StopAsync().ConfigureAwait(false);
        }
    }
}
