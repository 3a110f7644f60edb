using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace RvcNative.Board.Serving;

/// <summary>The page's own files, which are part of this assembly.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/", Index = "index.html";

    internal static void Map(IEndpointRouteBuilder app)
    {
        Assembly assembly = typeof(PageFiles).Assembly;
        string[] files = [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..])];

        // Modules name one another, and the browser would ask for each only once it has read who names it.
        StringValues preloads = new([.. files.Where(file => Path.GetExtension(file) == ".js").Select(file => $"</{file}>; rel=modulepreload")]);
        foreach (string file in files)
        {
            string type = TypeOf(file);
            byte[] bytes = Read(assembly, Prefix + file);
            app.MapGet(file == Index ? "/" : "/" + file, (RequestDelegate)(context =>
            {
                if (file == Index) context.Response.Headers.Link = preloads;
                return Reply.Bytes(context, type, bytes);
            }));
        }
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        string other => throw new NotSupportedException($"page file '{file}': no type is known for {other}"),
    };
}
