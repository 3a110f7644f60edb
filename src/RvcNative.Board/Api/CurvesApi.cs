using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RvcNative.Board.Curves;
using RvcNative.Board.Runs;
using RvcNative.Board.Serving;

namespace RvcNative.Board.Api;

/// <summary>
/// GET /api/runs/{run}/curves lists a run's tags. GET /api/columns?run=&amp;run=…&amp;source=&amp;tag=&amp;columns=&amp;weight=&amp;axis=steps|hours&amp;positive=0|1[&amp;from=&amp;to=]
/// gives one tag of several runs as it is drawn, one <see cref="ColumnBytes"/> a run in the order in which they are named.
/// </summary>
internal static class CurvesApi
{
    private const int MostRuns = 64;

    internal static void Map(IEndpointRouteBuilder app, RunCatalogue catalogue)
    {
        app.MapGet("/api/runs/{run}/curves", (RequestDelegate)(context => List(context, catalogue)));
        app.MapGet("/api/columns", (RequestDelegate)(context => Columns(context, catalogue)));
    }

    private static Task List(HttpContext context, RunCatalogue catalogue)
    {
        RunEvents events = catalogue.EventsOf(catalogue.Of(context));
        return Reply.Json(context, json => events.Read(view =>
        {
            json.Array("curves", view.Curves, curve =>
            {
                Write(json, curve.Key);
                json.WriteNumber("count", curve.Value.Count);
                json.WriteNumber("last_step", curve.Value.Steps[^1]);
                json.WriteString("generation", view.GenerationOf(curve.Value).ToString());
            });
            json.Array("media", view.Media, media =>
            {
                Write(json, media.Key);
                json.WriteString("kind", media.Value.IsSound ? "sound" : "image");
                json.WriteNumber("count", media.Value.Points.Count);
            });
            json.WriteStartArray("problems");
            foreach (string problem in view.Problems) json.WriteStringValue(problem);
            json.WriteEndArray();
            return true;
        }));
    }

    private static void Write(Utf8JsonWriter json, TagKey key)
    {
        json.WriteString("source", key.Source);
        json.WriteString("tag", key.Tag);
    }

    private static async Task Columns(HttpContext context, RunCatalogue catalogue)
    {
        TagKey key = Ask.Tag(context);
        CurveWindow window = Window(context);
        IReadOnlyList<string> runs = Ask.Texts(context, "run");
        if (runs.Count > MostRuns) throw RequestException.Wrong($"{runs.Count} runs at once; {MostRuns} at most");
        using MemoryStream bytes = new();
        foreach (string run in runs)
        {
            catalogue.EventsOf(catalogue.Of(run)).Read(view =>
            {
                PointSeries curve = view.Curves.GetValueOrDefault(key) ?? throw RequestException.NotFound($"there is no curve '{key.Tag}' of '{run}'");
                ColumnBytes.Write(bytes, curve, view.GenerationOf(curve), CurvePicture.Of(curve, window), window.InHours);
                return true;
            });
        }

        await Reply.Bytes(context, "application/octet-stream", bytes.GetBuffer().AsMemory(0, (int)bytes.Length)).ConfigureAwait(false);
    }

    private static CurveWindow Window(HttpContext context)
    {
        long columns = Ask.Number(context, "columns");
        double weight = Ask.Real(context, "weight");
        if (columns is < 1 or > CurveWindow.MostColumns) throw RequestException.Wrong($"'columns' is from 1 to {CurveWindow.MostColumns}");
        if (weight is not (>= 0 and < 1)) throw RequestException.Wrong("'weight' is from 0 to below 1");
        string axis = Ask.Text(context, "axis");
        if (axis is not ("steps" or "hours")) throw RequestException.Wrong("'axis' is steps or hours");
        return new CurveWindow((int)columns, weight)
        {
            InHours = axis == "hours",
            PositiveOnly = Ask.Number(context, "positive") != 0,
            Stretch = context.Request.Query.ContainsKey("from") ? (Ask.Real(context, "from"), Ask.Real(context, "to")) : null,
        };
    }
}
