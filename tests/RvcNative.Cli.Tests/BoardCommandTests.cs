using System.Net;
using System.Net.Sockets;

namespace RvcNative.Cli.Tests;

/// <summary>`board`: what it refuses before it answers anyone.</summary>
public sealed class BoardCommandTests
{
    [Fact]
    public void A_port_that_is_taken_is_said()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        (int code, _, string error) = Invocation.Run("board", "--port", $"{port}");
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains($"port {port}", error);
        Assert.Contains("--port", error);
    }

    [Fact]
    public void An_address_that_is_not_this_machines_is_said()
    {
        (int code, _, string error) = Invocation.Run("board", "--bind", "203.0.113.7", "--port", "0");
        Assert.Equal(CommandLine.Failed, code);
        Assert.StartsWith("rvcnative: the board cannot answer at 203.0.113.7", error);
        Assert.Contains("--bind", error);
    }

    [Theory]
    [InlineData("--port", "65536")]
    [InlineData("--port", "-1")]
    [InlineData("--bind", "everywhere")]
    public void What_is_no_port_or_address_is_wrong_use(string option, string value)
    {
        (int code, _, string error) = Invocation.Run("board", option, value);
        Assert.Equal(CommandLine.WrongUse, code);
        Assert.Contains(option, error);
    }
}
