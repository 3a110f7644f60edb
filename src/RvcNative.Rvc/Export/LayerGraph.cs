using RvcNative.Core;
using RvcNative.Formats.Onnx;

namespace RvcNative.Rvc.Export;

/// <summary>Layers that all parts of the exported network share. Activations are [1,C,T] but in the text encoder, as each says.</summary>
internal sealed class LayerGraph(GraphBuilder graph, ExportWeights weights)
{
    internal GraphBuilder Graph => graph;

    internal ExportWeights Weights => weights;

    internal string Add(string a, string b) => graph.Add("Add", [a, b]);

    internal string Multiply(string a, string b) => graph.Add("Mul", [a, b]);

    internal string Leaky(string x, float slope) => graph.Add("LeakyRelu", [x], new OnnxAttribute("alpha", slope));

    /// <summary>A convolution: x [1,in,T] to [1,out,T'].</summary>
    internal string Conv(string x, string layer, int stride = 1, int dilation = 1, int before = 0, int after = 0)
    {
        LayerWeight weight = weights.Of(layer);
        return graph.Add("Conv", Inputs(x, layer, weight),
            new("kernel_shape", [weight.Shape[2]]), new("strides", [stride]), new("dilations", [dilation]), new("pads", [before, after]));
    }

    /// <summary>A convolution that keeps the length; odd kernels.</summary>
    internal string SameConv(string x, string layer, int kernel, int dilation = 1) =>
        Conv(x, layer, 1, dilation, (kernel - 1) / 2 * dilation, (kernel - 1) / 2 * dilation);

    internal string ConvTransposed(string x, string layer, ConvGeometry geometry)
    {
        LayerWeight weight = weights.Of(layer);
        return graph.Add("ConvTranspose", Inputs(x, layer, weight),
            new("kernel_shape", [geometry.Kernel]), new("strides", [geometry.Stride]), new("dilations", [1]), new("pads", [geometry.PadLeft, geometry.PadRight]));
    }

    /// <summary>x [1,T,in] to [1,T,out].</summary>
    internal string Linear(string x, string layer)
    {
        LayerWeight matrix = weights.Matrix(layer);
        string product = graph.Add("MatMul", [x, graph.Weights($"{layer}.weight", matrix.Shape, matrix.Values)]);
        return Add(product, Plain($"{layer}.bias"));
    }

    /// <summary>A parameter as it is in checkpoints.</summary>
    internal string Plain(string name)
    {
        LayerWeight plain = weights.Plain(name);
        return graph.Weights(name, plain.Shape, plain.Values);
    }

    private string[] Inputs(string x, string layer, LayerWeight weight)
    {
        string constant = graph.Weights($"{layer}.weight", weight.Shape, weight.Values);
        return weights.Has($"{layer}.bias") ? [x, constant, Plain($"{layer}.bias")] : [x, constant];
    }
}
