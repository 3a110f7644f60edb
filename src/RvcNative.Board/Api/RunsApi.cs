using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RvcNative.Board.Runs;
using RvcNative.Board.Serving;

namespace RvcNative.Board.Api;

/// <summary>GET /api/runs: the trainings there are, newest first.</summary>
internal static class RunsApi
{
    internal static void Map(IEndpointRouteBuilder app, RunCatalogue catalogue) => app.MapGet("/api/runs", (RequestDelegate)(context => Reply.Json(context, json =>
    {
        json.WriteString("logs", catalogue.Logs);
        json.WriteBoolean("logs_exist", Directory.Exists(catalogue.Logs));
        json.Array("runs", catalogue.All(), run =>
        {
            json.WriteString("name", run.Name);
            json.WriteString("modified", run.Modified);
            json.WriteBoolean("has_events", run.HasEvents);
        });
    })));
}
