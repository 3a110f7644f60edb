using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RvcNative.Board.Runs;
using RvcNative.Board.Serving;
using RvcNative.Formats.Png;
using RvcNative.Rvc.Audition;

namespace RvcNative.Board.Api;

/// <summary>
/// Below /api/runs/{run}/audition: GET the clips, renders, saves and marks; GET …/clip|render?id= a wav; GET …/spectrogram?id= and …/difference?a=&amp;b= pictures;
/// PUT …/mark, POST …/vote and POST …/pick, which change audition.json and the weights folder.
/// </summary>
internal static class AuditionApi
{
    private const int PictureWidth = 1000, PictureHeight = 256;
    private static readonly Lock s_marks = new();

    internal static void Map(IEndpointRouteBuilder app, RunCatalogue catalogue)
    {
        app.MapGet("/api/runs/{run}/audition", (RequestDelegate)(context => State(context, catalogue)));
        app.MapGet("/api/runs/{run}/audition/clip", (RequestDelegate)(context => Reply.File(context, "audio/wav", ClipWave(context, catalogue), isLasting: true)));
        app.MapGet("/api/runs/{run}/audition/render", (RequestDelegate)(context => Reply.File(context, "audio/wav", RenderWave(context, catalogue, "id"), isLasting: true)));
        app.MapGet("/api/runs/{run}/audition/spectrogram", (RequestDelegate)(context =>
            Picture(context, AuditionPictures.Spectrogram(RenderWave(context, catalogue, "id"), PictureWidth, PictureHeight))));
        app.MapGet("/api/runs/{run}/audition/difference", (RequestDelegate)(context =>
            Picture(context, AuditionPictures.Difference(RenderWave(context, catalogue, "a"), RenderWave(context, catalogue, "b"), PictureWidth, PictureHeight))));
        app.MapPut("/api/runs/{run}/audition/mark", (RequestDelegate)(context => Mark(context, catalogue)));
        app.MapPost("/api/runs/{run}/audition/vote", (RequestDelegate)(context => Vote(context, catalogue)));
        app.MapPost("/api/runs/{run}/audition/pick", (RequestDelegate)(context => Pick(context, catalogue)));
    }

    private static Task State(HttpContext context, RunCatalogue catalogue)
    {
        RunFolder run = catalogue.Of(context);
        AuditionFolder folder = new(run.Path);
        AuditionMarks marks = AuditionMarks.Read(run.Path);
        return Reply.Json(context, json =>
        {
            json.Array("clips", folder.Clips(), clip =>
            {
                json.WriteString("id", clip.Id);
                json.WriteString("name", clip.Name);
            });
            json.Array("renders", folder.Renders(), render =>
            {
                json.WriteString("id", render.Id);
                json.WriteNumber("epoch", render.Epoch);
                json.WriteNumber("step", render.Step);
                json.WriteString("clip", render.Clip);
                json.WriteString("settings", render.Settings);
            });
            json.Array("saves", KeptSave.Of(catalogue.Weights, run.Name), save =>
            {
                json.WriteNumber("epoch", save.Epoch);
                json.WriteNumber("step", save.Step);
            });
            Write(json, marks);
        });
    }

    private static void Write(Utf8JsonWriter json, AuditionMarks marks)
    {
        json.Array("marks", marks.Saves, mark =>
        {
            json.WriteNumber("epoch", mark.Epoch);
            json.WriteNumber("step", mark.Step);
            json.WriteNumber("stars", mark.Stars);
            json.WriteString("note", mark.Note);
        });
        json.Array("votes", marks.Votes, vote =>
        {
            json.WriteString("clip", vote.Clip);
            json.WriteString("first", vote.First);
            json.WriteString("second", vote.Second);
            json.WriteString("chosen", vote.Chosen);
        });
    }

    private static async Task Mark(HttpContext context, RunCatalogue catalogue)
    {
        RunFolder run = catalogue.Of(context);
        JsonElement body = await Ask.Body(context).ConfigureAwait(false);
        SaveMark mark = new((int)Ask.Whole(body, "epoch"), Ask.Whole(body, "step"), (int)Ask.Whole(body, "stars"), Ask.Words(body, "note") ?? "");
        await Change(context, run, marks => marks.With(mark)).ConfigureAwait(false);
    }

    private static async Task Vote(HttpContext context, RunCatalogue catalogue)
    {
        RunFolder run = catalogue.Of(context);
        JsonElement body = await Ask.Body(context).ConfigureAwait(false);
        BlindVote vote = new(Needed("clip"), Needed("first"), Needed("second"), Ask.Words(body, "chosen"), DateTime.UtcNow);
        await Change(context, run, marks => marks.With(vote)).ConfigureAwait(false);

        string Needed(string name) => Ask.Words(body, name) ?? throw RequestException.Wrong($"'{name}' is missing");
    }

    // Read, changed and written by one request at a time.
    private static Task Change(HttpContext context, RunFolder run, Func<AuditionMarks, AuditionMarks> change)
    {
        AuditionMarks changed;
        lock (s_marks)
        {
            try
            {
                changed = change(AuditionMarks.Read(run.Path));
            }
            catch (ArgumentException wrong)
            {
                throw RequestException.Wrong(wrong.Message);
            }

            changed.Write(run.Path);
        }

        return Reply.Json(context, json => Write(json, changed));
    }

    private static async Task Pick(HttpContext context, RunCatalogue catalogue)
    {
        RunFolder run = catalogue.Of(context);
        JsonElement body = await Ask.Body(context).ConfigureAwait(false);
        (long epoch, long step) = (Ask.Whole(body, "epoch"), Ask.Whole(body, "step"));
        KeptSave save = KeptSave.Of(catalogue.Weights, run.Name).FirstOrDefault(each => each.Epoch == epoch && each.Step == step)
            ?? throw RequestException.NotFound($"there is no save of '{run.Name}' at epoch {epoch}, step {step} in {catalogue.Weights}");
        VoicePick pick = VoicePick.Copy(save, run.Name);
        await Reply.Json(context, json => json.WriteString("said", pick.Said)).ConfigureAwait(false);
    }

    private static string ClipWave(HttpContext context, RunCatalogue catalogue) =>
        Existing(new AuditionFolder(catalogue.Of(context).Path).ClipWave(Id(context, "id")));

    private static string RenderWave(HttpContext context, RunCatalogue catalogue, string name) =>
        Existing(new AuditionFolder(catalogue.Of(context).Path).RenderWave(Id(context, name)));

    private static string Id(HttpContext context, string name) =>
        Ask.Text(context, name) is { } id && AuditionFolder.IsId(id) ? id : throw RequestException.Wrong($"'{name}' is no name of a render or clip");

    private static string Existing(string path) => File.Exists(path) ? path : throw RequestException.NotFound($"{Path.GetFileName(path)} is not there");

    private static Task Picture(HttpContext context, PngImage picture) => Reply.Bytes(context, "image/png", PngFile.Encode(picture), isLasting: true);
}
