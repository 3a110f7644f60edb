using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Export;

/// <summary>The flow from prior to posterior as ONNX nodes (<see cref="CouplingFlow.Inverse"/>).</summary>
internal sealed class FlowGraph(LayerGraph layers, ModelPlan plan)
{
    private const int Kernel = 5, Layers = 3, Couplings = 4;
    private readonly GraphBuilder _graph = layers.Graph;

    /// <param name="x">[1,C,T].</param>
    /// <param name="speaker">[1,gin,1].</param>
    /// <param name="mask">[1,1,T] of 0 and 1.</param>
    /// <returns>[1,C,T].</returns>
    internal string Inverse(string x, string speaker, string mask)
    {
        int half = plan.InterChannels / 2;
        for (int i = Couplings - 1; i >= 0; i--)
        {
            string layer = $"flow.flows.{2 * i}";
            x = _graph.Add("Slice", [x, _graph.List(-1), _graph.List(long.MinValue), _graph.List(1), _graph.List(-1)]);   // channels back to front
            string first = _graph.Slice(x, 1, 0, half), second = _graph.Slice(x, 1, half, half);
            string h = layers.Multiply(layers.Conv(first, $"{layer}.pre"), mask);
            string mean = layers.Multiply(layers.Conv(WaveNet(h, $"{layer}.enc", speaker, mask), $"{layer}.post"), mask);
            second = layers.Multiply(_graph.Add("Sub", [second, mean]), mask);
            x = _graph.Add("Concat", [first, second], new Formats.Onnx.OnnxAttribute("axis", 1));
        }

        return x;
    }

    private string WaveNet(string x, string scope, string speaker, string mask)
    {
        int hidden = plan.HiddenChannels;
        string? condition = plan.GinChannels > 0 ? layers.Conv(speaker, $"{scope}.cond_layer") : null, skips = null;
        for (int i = 0; i < Layers; i++)
        {
            string h = layers.SameConv(x, $"{scope}.in_layers.{i}", Kernel);
            if (condition is not null) h = layers.Add(h, _graph.Slice(condition, 1, 2 * hidden * i, 2 * hidden));
            h = layers.Multiply(_graph.Add("Tanh", [_graph.Slice(h, 1, 0, hidden)]), _graph.Add("Sigmoid", [_graph.Slice(h, 1, hidden, hidden)]));
            h = layers.Conv(h, $"{scope}.res_skip_layers.{i}");
            bool isLast = i == Layers - 1;
            if (!isLast) x = layers.Multiply(layers.Add(x, _graph.Slice(h, 1, 0, hidden)), mask);
            string skip = isLast ? h : _graph.Slice(h, 1, hidden, hidden);
            skips = skips is null ? skip : layers.Add(skips, skip);
        }

        return layers.Multiply(skips!, mask);
    }
}
