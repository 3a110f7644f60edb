using Microsoft.AspNetCore.Http;
using RvcNative.Formats;

namespace RvcNative.Board.Serving;

/// <summary>Answers what went wrong with {"error": words}, so that the page can show it.</summary>
internal sealed class Faults(Action<string>? onFault)
{
    internal async Task Answer(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (RequestException refused)
        {
            await Say(context, refused.Status, refused.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException wrong)
        {
            await Say(context, wrong.StatusCode, wrong.Message).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // A file in a state that the message tells of is the reader's business, not a fault of the board.
            if (failure is not FileFormatException) onFault?.Invoke($"{context.Request.Path}: {failure.Message}");
            await Say(context, 500, failure.Message).ConfigureAwait(false);
        }
    }

    private static Task Say(HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        RequestGuard.AddHeaders(context.Response);
        context.Response.StatusCode = status;
        return Reply.Json(context, json => json.WriteString("error", message));
    }
}
