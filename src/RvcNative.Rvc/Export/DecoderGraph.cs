using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Formats.Onnx;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Export;

/// <summary>HiFi-GAN with its harmonic source as ONNX nodes (<see cref="HifiGanGenerator"/>).</summary>
internal sealed class DecoderGraph(LayerGraph layers, ModelPlan plan)
{
    private const float LastSlope = 0.01f;
    private const int EndKernel = 7;
    private readonly GraphBuilder _graph = layers.Graph;

    /// <param name="z">[1,C,T].</param>
    /// <param name="source">[1,1,N], or null for a voice without pitch.</param>
    /// <param name="speaker">[1,gin,1].</param>
    /// <returns>[1,1,N].</returns>
    internal string Audio(string z, string? source, string speaker)
    {
        string x = layers.SameConv(z, "dec.conv_pre", EndKernel);
        if (plan.GinChannels > 0) x = layers.Add(x, layers.Conv(speaker, "dec.cond"));
        int stages = plan.UpsampleRates.Count;
        for (int stage = 0; stage < stages; stage++)
        {
            x = layers.Leaky(x, HifiGanGenerator.LeakySlope);
            x = layers.ConvTransposed(x, $"dec.ups.{stage}", HifiGanGenerator.Upsampling(plan.UpsampleRates[stage], plan.UpsampleKernels[stage]));
            if (source is not null)
            {
                int stride = plan.UpsampleRates.Skip(stage + 1).Aggregate(1, (product, next) => product * next);
                int padding = stage + 1 < stages ? stride / 2 : 0;
                x = layers.Add(x, layers.Conv(source, $"dec.noise_convs.{stage}", stride, 1, padding, padding));
            }

            x = Blocks(x, stage);
        }

        return _graph.Add("Tanh", [layers.SameConv(layers.Leaky(x, LastSlope), "dec.conv_post", EndKernel)]);
    }

    /// <summary>
    /// The source. Turns are summed in double and wrapped before they become float, so a long recording keeps its pitch; a frame's first
    /// phase comes from the frames before it, the samples within it from a ramp, so nothing of N doubles is summed.
    /// </summary>
    /// <param name="f0">[1,T] Hz, 0 where unvoiced.</param>
    /// <param name="noise">[1,N,1] standard normal; null for none of it.</param>
    /// <param name="draws">Whether the graph draws noise itself.</param>
    /// <returns>[1,1,N].</returns>
    internal string Source(string f0, string? noise, bool draws)
    {
        SineSourceSettings settings = new(plan.SampleRateHz, plan.SamplesPerFrame);
        int hop = plan.SamplesPerFrame;
        string step = Fraction(_graph.Add("Div", [_graph.Cast(f0, FileDType.Float64), _graph.Scalar((double)plan.SampleRateHz)]));
        string start = Fraction(_graph.Add(
            "CumSum", [layers.Multiply(step, _graph.Scalar((double)hop)), _graph.Scalar(1L)], new OnnxAttribute("exclusive", 1)));
        string ramp = _graph.Doubles([1, 1, hop], [.. Enumerable.Range(1, hop).Select(n => (double)n)]);
        string turns = layers.Add(Column(start), layers.Multiply(Column(step), ramp));
        turns = _graph.Cast(_graph.Add("Sub", [turns, _graph.Add("Round", [turns])]), FileDType.Float32);
        string sine = layers.Multiply(
            _graph.Add("Sin", [layers.Multiply(turns, _graph.Scalar((float)(2 * Math.PI)))]), _graph.Scalar(settings.SineAmplitude));
        string voiced = Column(_graph.Add("Greater", [f0, _graph.Scalar(0f)]));
        string y = _graph.Add("Where", [voiced, sine, _graph.Scalar(0f)]);
        string? drawn = draws ? _graph.Add("RandomNormalLike", [y])
            : noise is null ? null
            : _graph.Add("Reshape", [noise, _graph.List(1, -1, hop)]);
        if (drawn is not null)
        {
            string level = _graph.Add("Where", [voiced, _graph.Scalar(settings.NoiseStd), _graph.Scalar(settings.SineAmplitude / 3)]);
            y = layers.Add(y, layers.Multiply(drawn, level));
        }

        y = _graph.Add("Reshape", [y, _graph.List(1, 1, -1)]);
        const string Layer = "dec.m_source.l_linear";
        return _graph.Add("Tanh", [layers.Add(layers.Multiply(y, layers.Plain($"{Layer}.weight")), layers.Plain($"{Layer}.bias"))]);
    }

    private string Fraction(string x) => _graph.Add("Sub", [x, _graph.Add("Floor", [x])]);

    // [1,T] to [1,T,1].
    private string Column(string x) => _graph.Add("Unsqueeze", [x, _graph.List(2)]);

    private string Blocks(string x, int stage)
    {
        int kernels = plan.ResBlockKernels.Count;
        string[] branches = new string[kernels];
        for (int i = 0; i < kernels; i++)
        {
            string scope = $"dec.resblocks.{(stage * kernels) + i}";
            branches[i] = Block(x, scope, plan.ResBlockKernels[i], plan.ResBlockDilations[i]);
        }

        return kernels == 1 ? branches[0] : layers.Multiply(_graph.Add("Sum", branches), _graph.Scalar(1f / kernels));
    }

    private string Block(string x, string scope, int kernel, IReadOnlyList<int> dilations)
    {
        bool paired = plan.ResBlock == "1";
        for (int i = 0; i < (paired ? dilations.Count : 2); i++)
        {
            string h = layers.SameConv(layers.Leaky(x, HifiGanGenerator.LeakySlope), $"{scope}.{(paired ? "convs1" : "convs")}.{i}", kernel, dilations[i]);
            if (paired) h = layers.SameConv(layers.Leaky(h, HifiGanGenerator.LeakySlope), $"{scope}.convs2.{i}", kernel);
            x = layers.Add(h, x);
        }

        return x;
    }
}
