using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Export;

/// <summary>
/// Moves values between [1,heads,T,2w+1], by distance, and the band |j-i| &lt;= w of [1,heads,T,T]. A row of zeros longer by one than its
/// reader takes it shifts the next row by one: padding and reshaping do it, with no table of indices.
/// </summary>
internal sealed class RelativeBand
{
    private const int Window = TransformerEncoder.Window, Distances = (2 * Window) + 1;
    private readonly GraphBuilder _graph;
    private readonly string _spreadPads, _spreadEnd, _spreadRows, _columnEnd, _flat, _gatherPads, _gatherFlatPads;

    /// <param name="frames">int64 [1], T.</param>
    internal RelativeBand(GraphBuilder graph, string frames, int heads)
    {
        _graph = graph;
        string three = graph.List(0, 0, 0), head = graph.List(1, heads);

        // Spread: rows of L = 2w+1+T, read as rows of L-1 = T+2w: T * (L-1) values of them.
        _spreadPads = Join(graph.List(0, 0, 0, 0), three, frames);
        _flat = graph.List(1, heads, -1);
        _spreadEnd = graph.Add("Mul", [frames, graph.Add("Add", [frames, graph.List(2 * Window)])]);
        _spreadRows = Join(head, frames, graph.List(-1));
        _columnEnd = graph.Add("Add", [frames, graph.List(Window)]);

        // Gather: rows of T+2w, read as rows of T+2w+1, of which there are T after T more zeros.
        _gatherPads = graph.List(0, 0, 0, Window, 0, 0, 0, Window);
        _gatherFlatPads = Join(graph.List(0, 0, 0), graph.List(0, 0), frames);

        string Join(params string[] parts) => graph.Add("Concat", parts, new Formats.Onnx.OnnxAttribute("axis", 0));
    }

    /// <param name="x">[1,heads,T,2w+1].</param>
    /// <returns>[1,heads,T,T], y[i,j] = x[i, j-i+w], 0 outside the band.</returns>
    internal string Spread(string x)
    {
        string flat = _graph.Add("Reshape", [_graph.Add("Pad", [x, _spreadPads]), _flat]);
        string cut = _graph.Add("Slice", [flat, _graph.List(0), _spreadEnd, _graph.List(2)]);
        string rows = _graph.Add("Reshape", [cut, _spreadRows]);
        return _graph.Add("Slice", [rows, _graph.List(Window), _columnEnd, _graph.List(3)]);
    }

    /// <param name="p">[1,heads,T,T].</param>
    /// <returns>[1,heads,T,2w+1], y[i,r] = p[i, i+r-w], 0 where there is none.</returns>
    internal string Gather(string p)
    {
        string flat = _graph.Add("Reshape", [_graph.Add("Pad", [p, _gatherPads]), _flat]);
        string rows = _graph.Add("Reshape", [_graph.Add("Pad", [flat, _gatherFlatPads]), _spreadRows]);
        return _graph.Slice(rows, 3, 0, Distances);
    }
}
