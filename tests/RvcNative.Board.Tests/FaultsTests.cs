using Microsoft.AspNetCore.Http;
using RvcNative.Board.Serving;

namespace RvcNative.Board.Tests;

/// <summary>What goes wrong in the board itself is answered in words and told to whoever runs it.</summary>
public sealed class FaultsTests
{
    [Fact]
    public async Task A_fault_of_any_kind_is_answered_and_told()
    {
        List<string> told = [];
        DefaultHttpContext context = new() { Request = { Path = "/api/runs" }, Response = { Body = new MemoryStream() } };
        await new Faults(told.Add).Answer(context, _ => throw new InvalidOperationException("no such thing"));
        Assert.Equal(500, context.Response.StatusCode);
        Assert.Equal("/api/runs: no such thing", Assert.Single(told));
        context.Response.Body.Position = 0;
        using StreamReader reader = new(context.Response.Body);
        Assert.Equal("{\"error\":\"no such thing\"}", await reader.ReadToEndAsync());
    }
}
