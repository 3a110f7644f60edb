using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RvcNative.Board.Runs;

namespace RvcNative.Board.Serving;

/// <summary>What a request says, checked.</summary>
internal static class Ask
{
    internal static string Text(HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var values) && values is [{ } text] ? text : throw RequestException.Wrong($"'{name}' is missing");

    /// <summary>All that are given under a name; at least one.</summary>
    internal static IReadOnlyList<string> Texts(HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var values) && values.Count > 0 ? [.. values.Select(value => value ?? "")] : throw RequestException.Wrong($"'{name}' is missing");

    /// <summary>The tag that source and tag name.</summary>
    internal static TagKey Tag(HttpContext context) => new(Text(context, "source"), Text(context, "tag"));

    internal static double Real(HttpContext context, string name) =>
        double.TryParse(Text(context, name), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number : throw RequestException.Wrong($"'{name}' is not a number");

    internal static long Number(HttpContext context, string name) =>
        long.TryParse(Text(context, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number : throw RequestException.Wrong($"'{name}' is not a whole number");

    /// <summary>The JSON object that a request brings.</summary>
    internal static async Task<JsonElement> Body(HttpContext context)
    {
        // A form of another site cannot send this type without asking first, which is refused.
        if (context.Request.ContentType?.Split(';')[0].Trim() is not "application/json") throw new RequestException(415, "application/json is wanted");
        try
        {
            using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted).ConfigureAwait(false);
            return body.RootElement.ValueKind == JsonValueKind.Object ? body.RootElement.Clone() : throw RequestException.Wrong("a JSON object is wanted");
        }
        catch (JsonException failure)
        {
            throw RequestException.Wrong($"the request is no JSON: {failure.Message}");
        }
    }

    internal static long Whole(JsonElement body, string name) =>
        body.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number : throw RequestException.Wrong($"'{name}', a whole number, is missing");

    /// <summary>A text; null where it is missing or null.</summary>
    internal static string? Words(JsonElement body, string name) => !body.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw RequestException.Wrong($"'{name}' is not a text");
}
