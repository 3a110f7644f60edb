using RvcNative.Formats;
using RvcNative.Formats.Onnx;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Export;

/// <summary>Frames of the graph's inputs: how many there are, and which lie before phone_lengths.</summary>
/// <param name="Count">int64 [1], T.</param>
/// <param name="Row">float [1,1,T] of 0 and 1.</param>
/// <param name="Column">float [1,T,1] of 0 and 1.</param>
/// <param name="Pairs">bool [T,T], true where both frames are there.</param>
internal sealed record FrameMask(string Count, string Row, string Column, string Pairs)
{
    internal static FrameMask Of(GraphBuilder graph, string phone, string lengths)
    {
        string count = graph.Add("Shape", [phone], new("start", 1), new("end", 2));
        string frames = graph.Add("Range", [graph.Scalar(0L), graph.Add("Squeeze", [count]), graph.Scalar(1L)]);
        string there = graph.Add("Less", [frames, lengths]), mask = graph.Cast(there, FileDType.Float32);
        return new FrameMask(
            count,
            graph.Add("Unsqueeze", [mask, graph.List(0, 1)]),
            graph.Add("Unsqueeze", [mask, graph.List(0, 2)]),
            graph.Add("And", [graph.Add("Unsqueeze", [there, graph.List(1)]), there]));
    }
}

/// <summary>enc_p as ONNX nodes, on [1,T,C] (<see cref="TextEncoder"/>).</summary>
internal sealed class TextEncoderGraph(LayerGraph layers, ModelPlan plan, FrameMask mask)
{
    private const float EntrySlope = 0.1f, NormEpsilon = 1e-5f, Masked = -1e4f;
    private readonly GraphBuilder _graph = layers.Graph;
    private readonly RelativeBand _band = new(layers.Graph, mask.Count, plan.Heads);

    /// <returns>[1,2C,T]: mean | logs, 0 behind the end.</returns>
    internal string Prior(string phone, string? pitch)
    {
        string x = layers.Linear(phone, "enc_p.emb_phone");
        if (pitch is not null) x = layers.Add(x, _graph.Add("Gather", [layers.Plain("enc_p.emb_pitch.weight"), pitch]));
        x = layers.Multiply(x, _graph.Scalar((float)Math.Sqrt(plan.HiddenChannels)));
        x = layers.Multiply(layers.Leaky(x, EntrySlope), mask.Column);
        for (int i = 0; i < plan.Layers; i++)
        {
            x = Norm(layers.Add(x, Attention(x, $"enc_p.encoder.attn_layers.{i}")), $"enc_p.encoder.norm_layers_1.{i}");
            x = Norm(layers.Add(x, FeedForward(x, $"enc_p.encoder.ffn_layers.{i}")), $"enc_p.encoder.norm_layers_2.{i}");
        }

        return layers.Multiply(layers.Conv(Turn(layers.Multiply(x, mask.Column)), "enc_p.proj"), mask.Row);
    }

    private string Turn(string x) => _graph.Add("Transpose", [x], new OnnxAttribute("perm", [0, 2, 1]));

    private string Norm(string x, string layer) => _graph.Add(
        "LayerNormalization", [x, layers.Plain($"{layer}.gamma"), layers.Plain($"{layer}.beta")], new("axis", -1), new("epsilon", NormEpsilon));

    private string FeedForward(string x, string layer)
    {
        // An even kernel pads one frame more on the right.
        int before = (plan.KernelSize - 1) / 2, after = plan.KernelSize / 2;
        string h = _graph.Add("Relu", [layers.Conv(Turn(layers.Multiply(x, mask.Column)), $"{layer}.conv_1", 1, 1, before, after)]);
        h = layers.Conv(layers.Multiply(h, mask.Row), $"{layer}.conv_2", 1, 1, before, after);
        return Turn(layers.Multiply(h, mask.Row));
    }

    // score = (q k^T + band(q rk^T)) / sqrt(D), masked; y = softmax(score) v + unband(softmax(score)) rv (Shaw et al. 2018).
    private string Attention(string x, string layer)
    {
        int depth = plan.HiddenChannels / plan.Heads;
        string q = layers.Multiply(Heads(layers.Linear(x, $"{layer}.conv_q"), depth), _graph.Scalar((float)(1 / Math.Sqrt(depth))));
        string k = Heads(layers.Linear(x, $"{layer}.conv_k"), depth), v = Heads(layers.Linear(x, $"{layer}.conv_v"), depth);
        string near = _graph.Add("MatMul", [q, Relative($"{layer}.emb_rel_k", turned: true)]);
        string scores = layers.Add(
            _graph.Add("MatMul", [q, _graph.Add("Transpose", [k], new OnnxAttribute("perm", [0, 1, 3, 2]))]), _band.Spread(near));
        scores = _graph.Add("Where", [mask.Pairs, scores, _graph.Scalar(Masked)]);
        string p = _graph.Add("Softmax", [scores], new OnnxAttribute("axis", -1));
        string y = layers.Add(
            _graph.Add("MatMul", [p, v]), _graph.Add("MatMul", [_band.Gather(p), Relative($"{layer}.emb_rel_v", turned: false)]));
        y = _graph.Add("Transpose", [y], new OnnxAttribute("perm", [0, 2, 1, 3]));
        return layers.Linear(_graph.Add("Reshape", [y, _graph.List(1, -1, plan.HiddenChannels)]), $"{layer}.conv_o");
    }

    // [1,T,heads * D] to [1,heads,T,D].
    private string Heads(string x, int depth) => _graph.Add(
        "Transpose", [_graph.Add("Reshape", [x, _graph.List(1, -1, plan.Heads, depth)])], new OnnxAttribute("perm", [0, 2, 1, 3]));

    // [1,2w+1,D], as [D,2w+1] where q is multiplied by it, as [2w+1,D] where p is.
    private string Relative(string name, bool turned)
    {
        string table = _graph.Add("Squeeze", [layers.Plain(name), _graph.List(0)]);
        return turned ? _graph.Add("Transpose", [table], new OnnxAttribute("perm", [1, 0])) : table;
    }
}
