using System.Net;

namespace RvcNative.Board;

/// <summary>What the board shows and where it answers.</summary>
public sealed record BoardOptions
{
    public const int DefaultPort = 6116;

    /// <summary>Folder of experiments.</summary>
    public required string Logs { get; init; }

    /// <summary>Folder of small voice files.</summary>
    public required string Weights { get; init; }

    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes one that is free.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>What a browser or program must show to be answered; null asks for none, which loopback alone may.</summary>
    public string? Token { get; init; }

    /// <summary>Gets a line for every request that failed in the board itself; null for nowhere.</summary>
    public Action<string>? OnFault { get; init; }
}
