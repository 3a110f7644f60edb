using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RvcNative.Board.Runs;
using RvcNative.Board.Serving;

namespace RvcNative.Board.Api;

/// <summary>
/// GET /api/runs/{run}/curves lists tags; GET …/points?source=&amp;tag=&amp;from=&amp;generation= gives a curve's points from one on, as little-endian binary:
/// int32 first, int32 count, int64 generation, count float64 steps, count float64 times (seconds since 1970), count float32 values. A reader whose generation
/// no longer holds gets all of them, with first = 0.
/// </summary>
internal static class CurvesApi
{
    internal const int HeadBytes = 16, PointBytes = 20;

    internal static void Map(IEndpointRouteBuilder app, RunCatalogue catalogue)
    {
        app.MapGet("/api/runs/{run}/curves", (RequestDelegate)(context => List(context, catalogue)));
        app.MapGet("/api/runs/{run}/points", (RequestDelegate)(context => Points(context, catalogue)));
    }

    private static Task List(HttpContext context, RunCatalogue catalogue)
    {
        RunEvents events = catalogue.EventsOf(catalogue.Of(context));
        return Reply.Json(context, json => events.Read(view =>
        {
            json.WriteStartArray("curves");
            foreach ((TagKey key, PointSeries curve) in view.Curves)
            {
                json.WriteStartObject();
                json.WriteString("source", key.Source);
                json.WriteString("tag", key.Tag);
                json.WriteNumber("count", curve.Count);
                json.WriteString("generation", view.GenerationOf(curve).ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("media");
            foreach ((TagKey key, MediaSeries media) in view.Media)
            {
                json.WriteStartObject();
                json.WriteString("source", key.Source);
                json.WriteString("tag", key.Tag);
                json.WriteString("kind", media.IsSound ? "sound" : "image");
                json.WriteNumber("count", media.Points.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("problems");
            foreach (string problem in view.Problems) json.WriteStringValue(problem);
            json.WriteEndArray();
            return true;
        }));
    }

    private static Task Points(HttpContext context, RunCatalogue catalogue)
    {
        TagKey key = new(Ask.Text(context, "source"), Ask.Text(context, "tag"));
        long from = Ask.Number(context, "from"), known = Ask.Number(context, "generation");
        byte[]? points = catalogue.EventsOf(catalogue.Of(context)).Read(view =>
            view.Curves.TryGetValue(key, out PointSeries? curve) ? Pack(curve, view.GenerationOf(curve), from, known) : null);
        return Reply.Bytes(context, "application/octet-stream", points ?? throw RequestException.NotFound($"there is no curve '{key.Tag}'"));
    }

    private static byte[] Pack(PointSeries curve, long generation, long from, long known)
    {
        int first = known == generation && from >= 0 && from <= curve.Count ? (int)from : 0, count = curve.Count - first;
        byte[] bytes = new byte[HeadBytes + (PointBytes * count)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, first);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), generation);
        Span<byte> rest = bytes.AsSpan(HeadBytes);
        for (int i = 0; i < count; i++) BinaryPrimitives.WriteDoubleLittleEndian(rest[(8 * i)..], curve.Steps[first + i]);
        rest = rest[(8 * count)..];
        MemoryMarshal.AsBytes(curve.Times[first..]).CopyTo(rest);
        MemoryMarshal.AsBytes(curve.Values[first..]).CopyTo(rest[(8 * count)..]);
        return bytes;
    }
}
