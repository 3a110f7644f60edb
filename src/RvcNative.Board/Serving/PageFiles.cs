using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RvcNative.Board.Serving;

/// <summary>The page's own files, which are part of this assembly.</summary>
internal static class PageFiles
{
    private const string Prefix = "page/", Index = "index.html";

    internal static void Map(IEndpointRouteBuilder app)
    {
        Assembly assembly = typeof(PageFiles).Assembly;
        foreach (string name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            string file = name[Prefix.Length..], type = TypeOf(file);
            app.MapGet(file == Index ? "/" : "/" + file, (RequestDelegate)(context => Reply.Bytes(context, type, Read(assembly, name))));
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
