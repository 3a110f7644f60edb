namespace RvcNative.Board.Serving;

/// <summary>A request that is refused; the message is for the page's user.</summary>
internal sealed class RequestException(int status, string message) : Exception(message)
{
    internal int Status => status;

    internal static RequestException NotFound(string message) => new(404, message);

    internal static RequestException Wrong(string message) => new(400, message);

    internal static RequestException Forbidden(string message) => new(403, message);
}
