using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace RvcNative.Board.Serving;

/// <summary>The few forms that answers have.</summary>
internal static class Reply
{
    /// <summary>One JSON object; never kept by the browser.</summary>
    internal static async Task Json(HttpContext context, Action<Utf8JsonWriter> write)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        await Bytes(context, "application/json", text.GetBuffer().AsMemory(0, (int)text.Length)).ConfigureAwait(false);
    }

    internal static async Task Bytes(HttpContext context, string type, ReadOnlyMemory<byte> bytes, bool isLasting = false)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers[HeaderNames.CacheControl] = isLasting ? "private, max-age=86400, immutable" : "no-store";
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>A file, whole.</summary>
    internal static async Task File(HttpContext context, string type, string path, bool isLasting)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        context.Response.ContentType = type;
        context.Response.ContentLength = stream.Length;
        context.Response.Headers[HeaderNames.CacheControl] = isLasting ? "private, max-age=86400, immutable" : "no-store";
        await stream.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
