using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RvcNative.Board.Runs;
using RvcNative.Board.Serving;
using RvcNative.Formats.TensorBoard;

namespace RvcNative.Board.Api;

/// <summary>GET /api/runs/{run}/media?source=&amp;tag= lists the steps of an image or sound; GET …/media/item?source=&amp;tag=&amp;step= gives one of them.</summary>
internal static class MediaApi
{
    internal static void Map(IEndpointRouteBuilder app, RunCatalogue catalogue)
    {
        app.MapGet("/api/runs/{run}/media", (RequestDelegate)(context => List(context, catalogue)));
        app.MapGet("/api/runs/{run}/media/item", (RequestDelegate)(context => Item(context, catalogue)));
    }

    private static Task List(HttpContext context, RunCatalogue catalogue)
    {
        MediaPoint[] points = Points(context, catalogue);
        return Reply.Json(context, json =>
        {
            json.WriteStartArray("steps");
            foreach (MediaPoint point in points) json.WriteNumberValue(point.Step);
            json.WriteEndArray();
        });
    }

    private static Task Item(HttpContext context, RunCatalogue catalogue)
    {
        long step = Ask.Number(context, "step");
        string tag = Ask.Text(context, "tag");
        MediaPoint point = Points(context, catalogue).FirstOrDefault(each => each.Step == step);
        if (point.FilePath is null) throw RequestException.NotFound($"'{tag}' has nothing at step {step}");
        return EventFile.ReadAt(point.FilePath, point.Offset).Values.FirstOrDefault(value => value.Tag == tag) switch
        {
            ImageValue image => Reply.Bytes(context, "image/png", image.Png),
            AudioValue sound => Reply.Bytes(context, "audio/wav", sound.Wav),
            _ => throw RequestException.NotFound($"'{tag}' has nothing at step {step}"),
        };
    }

    private static MediaPoint[] Points(HttpContext context, RunCatalogue catalogue)
    {
        TagKey key = Ask.Tag(context);
        return catalogue.EventsOf(catalogue.Of(context)).Read(view => view.Media.TryGetValue(key, out MediaSeries? media) ? media.Points.ToArray() : null)
            ?? throw RequestException.NotFound($"there is no image or sound '{key.Tag}'");
    }
}
