using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RvcNative.Board.Runs;
using RvcNative.Board.Serving;

namespace RvcNative.Board.Api;

/// <summary>
/// GET /api/runs/{run}/records/{name}: a file that the training keeps about itself, as {"present": …, "file": …, "content": …}. A file that is missing or
/// damaged is no error: the page says so.
/// </summary>
internal static class RecordsApi
{
    private static readonly string[] s_names = ["warnings", "dataset", "validation", "saves", "config", "manifest"];

    internal static void Map(IEndpointRouteBuilder app, RunCatalogue catalogue) =>
        app.MapGet("/api/runs/{run}/records/{name}", (RequestDelegate)(context => Record(context, catalogue)));

    private static Task Record(HttpContext context, RunCatalogue catalogue)
    {
        string name = (string?)context.GetRouteValue("name") ?? "";
        if (!s_names.Contains(name)) throw RequestException.NotFound($"'{name}' is none of {string.Join(", ", s_names)}");
        string path = catalogue.Of(context)[$"{name}.json"];
        byte[]? text = File.Exists(path) ? File.ReadAllBytes(path) : null;
        string? problem = text is null ? null : Problem(text);
        return Reply.Json(context, json =>
        {
            json.WriteString("file", $"{name}.json");
            json.WriteBoolean("present", text is not null);
            if (problem is not null) json.WriteString("problem", $"{path} is no JSON: {problem}");
            if (text is null || problem is not null) return;
            json.WritePropertyName("content");
            json.WriteRawValue(text);
        });
    }

    private static string? Problem(byte[] text)
    {
        try
        {
            JsonDocument.Parse(text).Dispose();
            return null;
        }
        catch (JsonException failure)
        {
            return failure.Message;
        }
    }
}
