using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace RvcNative.Board.Serving;

/// <summary>
/// Who is answered. A page of another site may make a browser send requests here: its Origin or Sec-Fetch-Site gives it away, and where it had its own name
/// point here (DNS rebinding), Host does, for only names of this machine and bare addresses are taken. Bound elsewhere than to loopback, a token is wanted as well.
/// </summary>
internal sealed class RequestGuard(BoardOptions options)
{
    private const string Cookie = "rvcnative-board", Parameter = "token", Bearer = "Bearer ";

    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly string[] _names = IPAddress.IsLoopback(options.Address) ? ["localhost"] : ["localhost", Dns.GetHostName()];

    internal async Task Check(HttpContext context, RequestDelegate next)
    {
        AddHeaders(context.Response);
        CheckHost(context.Request);
        CheckOrigin(context.Request);
        if (options.Token is { } token && !HasToken(context, token))
        {
            if (!Same(context.Request.Query[Parameter], token))
                throw new RequestException(401, "a token is wanted: open the address that `rvcnative board` printed, with ?token=...");
            context.Response.Cookies.Append(Cookie, token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
            if (context.Request.Path == "/")
            {
                // The token leaves the address bar.
                context.Response.Redirect("/");
                return;
            }
        }

        await next(context).ConfigureAwait(false);
    }

    internal static void AddHeaders(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    private void CheckHost(HttpRequest request)
    {
        string host = request.Host.Host;
        bool isAddress = IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address);
        bool isKnown = isAddress
            ? !IPAddress.IsLoopback(options.Address) || IPAddress.IsLoopback(address!)
            : _names.Contains(host, StringComparer.OrdinalIgnoreCase);
        if (!isKnown) throw RequestException.Forbidden($"this board does not answer as '{host}'; open it as {_names[^1]} or by its address");
    }

    private static void CheckOrigin(HttpRequest request)
    {
        string? origin = request.Headers.Origin, site = request.Headers["Sec-Fetch-Site"];
        if (!string.IsNullOrEmpty(origin) && origin != $"{request.Scheme}://{request.Host}")
            throw RequestException.Forbidden($"a page of '{origin}' asks; only the board's own is answered");

        // A link from elsewhere may open the page itself.
        bool opensPage = request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Path == "/" && HttpMethods.IsGet(request.Method);
        if (!string.IsNullOrEmpty(site) && site is not ("same-origin" or "none") && !opensPage)
            throw RequestException.Forbidden("a page of another site asks; only the board's own is answered");
    }

    private static bool HasToken(HttpContext context, string token)
    {
        string? authorization = context.Request.Headers.Authorization;
        return Same(context.Request.Cookies[Cookie], token)
            || (authorization is not null && authorization.StartsWith(Bearer, StringComparison.Ordinal) && Same(authorization[Bearer.Length..], token));
    }

    // In a time that does not tell how much of it is right.
    private static bool Same(string? given, string token) =>
        given is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
