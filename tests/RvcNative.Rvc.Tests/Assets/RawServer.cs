using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RvcNative.Rvc.Tests.Assets;

/// <summary>What a client asked for.</summary>
/// <param name="Number">0 for the first request of all.</param>
internal sealed record RawRequest(int Number, string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>First byte wanted, 0 without a Range.</summary>
    internal int From => Headers.TryGetValue("range", out string? range) ? int.Parse(range["bytes=".Length..^1]) : 0;
}

/// <summary>A web server that writes whatever a test wants, byte by byte, and closes the connection after each answer.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Action<RawRequest, NetworkStream> _answer;
    private readonly ManualResetEventSlim _closing = new();

    internal RawServer(Action<RawRequest, NetworkStream> answer)
    {
        _answer = answer;
        _listener.Start();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    internal ConcurrentQueue<RawRequest> Requests { get; } = [];

    internal Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/files/");

    public void Dispose()
    {
        _closing.Set();
        _listener.Stop();
    }

    /// <summary>Says nothing more until the test is over.</summary>
    internal void Hang() => _closing.Wait(TimeSpan.FromSeconds(20));

    /// <summary>The file as an honest server sends it, from the byte that was asked for, cut off after so many bytes.</summary>
    internal static void Send(RawRequest request, NetworkStream stream, byte[] file, string? tag = null, int most = int.MaxValue)
    {
        bool isSame = !request.Headers.TryGetValue("if-range", out string? condition) || condition == tag;
        int from = isSame ? request.From : 0;
        SendRaw(stream, from == 0 ? "200 OK" : "206 Partial Content",
            $"Content-Length: {file.Length - from}{(tag is null ? "" : $"\r\nETag: {tag}")}{(from == 0 ? "" : $"\r\nContent-Range: bytes {from}-{file.Length - 1}/{file.Length}")}",
            file.AsSpan(from, Math.Min(file.Length - from, most)));
    }

    internal static void SendRaw(NetworkStream stream, string status, string headers, ReadOnlySpan<byte> body)
    {
        stream.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n\r\n"));
        stream.Write(body);
        stream.Flush();
    }

    private void Serve()
    {
        for (int number = 0; !_closing.IsSet; number++)
        {
            try
            {
                using TcpClient client = _listener.AcceptTcpClient();
                using NetworkStream stream = client.GetStream();
                RawRequest request = Read(number, stream);
                Requests.Enqueue(request);
                _answer(request, stream);
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                // The client has hung up, or the test is over.
            }
        }
    }

    private static RawRequest Read(int number, NetworkStream stream)
    {
        List<string> lines = [];
        StringBuilder line = new();
        for (int next = stream.ReadByte(); next >= 0; next = stream.ReadByte())
        {
            if (next != '\n')
            {
                line.Append((char)next);
                continue;
            }

            string text = line.ToString().TrimEnd('\r');
            line.Clear();
            if (text.Length == 0) break;
            lines.Add(text);
        }

        return new RawRequest(number, lines[0].Split(' ')[1], lines.Skip(1).Select(each => each.Split(": ", 2))
            .ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]));
    }
}
