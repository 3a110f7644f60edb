using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>Post-norm transformer with relative positions within ten frames (mainline's attentions.Encoder).</summary>
public sealed class TransformerEncoder
{
    internal const int Window = 10;
    private readonly List<SelfAttention> _attention = [];
    private readonly List<LayerNorm> _norms1 = [], _norms2 = [];
    private readonly List<FeedForward> _feedForward = [];

    public TransformerEncoder(ParameterBuilder parameters, int channels, int filterChannels, int heads, int layers, int kernel)
    {
        for (int i = 0; i < layers; i++) _attention.Add(new SelfAttention(parameters.Scope("attn_layers", i), channels, heads, Window));
        for (int i = 0; i < layers; i++) _norms1.Add(new LayerNorm(parameters.Scope("norm_layers_1", i), channels));
        for (int i = 0; i < layers; i++) _feedForward.Add(new FeedForward(parameters.Scope("ffn_layers", i), channels, filterChannels, kernel));
        for (int i = 0; i < layers; i++) _norms2.Add(new LayerNorm(parameters.Scope("norm_layers_2", i), channels));
    }

    /// <param name="x">[B,T,C], already 0 behind the end.</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    /// <returns>[B,T,C], 0 behind the end.</returns>
    public Tensor Forward(Tape tape, Tensor x, Tensor mask)
    {
        for (int i = 0; i < _attention.Count; i++)
        {
            x = _norms1[i].Forward(tape, _attention[i].ForwardPlusInput(tape, x, mask));
            x = _norms2[i].Forward(tape, _feedForward[i].ForwardPlusInput(tape, x, mask));
        }

        return Op.Mask(tape, x, mask);
    }
}

/// <summary>Self-attention with relative positions shared by the heads (mainline's MultiHeadAttention).</summary>
internal sealed class SelfAttention
{
    private readonly Parameter _relativeKeys, _relativeValues;
    private readonly Conv1d _q, _k, _v, _o;
    private readonly int _heads;

    internal SelfAttention(ParameterBuilder parameters, int channels, int heads, int window)
    {
        _heads = heads;
        int depth = channels / heads;
        Initial relative = Initial.Normal(1 / MathF.Sqrt(depth));
        _relativeKeys = parameters.Add("emb_rel_k", [1, (2 * window) + 1, depth], relative);
        _relativeValues = parameters.Add("emb_rel_v", [1, (2 * window) + 1, depth], relative);
        ConvOptions xavier = new() { Initial = Initial.Xavier(channels, channels) };
        _q = new Conv1d(parameters.Scope("conv_q"), channels, channels, new ConvGeometry(1), xavier);
        _k = new Conv1d(parameters.Scope("conv_k"), channels, channels, new ConvGeometry(1), xavier);
        _v = new Conv1d(parameters.Scope("conv_v"), channels, channels, new ConvGeometry(1), xavier);
        _o = new Conv1d(parameters.Scope("conv_o"), channels, channels, new ConvGeometry(1));
    }

    internal Tensor ForwardPlusInput(Tape tape, Tensor x, Tensor mask)
    {
        Tensor q = _q.Forward(tape, x), k = _k.Forward(tape, x), v = _v.Forward(tape, x);
        Tensor y = Op.Attention(tape, q, k, v, tape.Use(_relativeKeys), tape.Use(_relativeValues), mask, _heads);
        return _o.Forward(tape, y, new ConvEpilogue(Residual: x));
    }
}

/// <summary>Two convolutions with a ReLU between (mainline's FFN).</summary>
internal sealed class FeedForward
{
    private readonly Conv1d _conv1, _conv2;

    internal FeedForward(ParameterBuilder parameters, int channels, int filterChannels, int kernel)
    {
        // An even kernel pads one frame more on the right (mainline's _same_padding).
        ConvGeometry geometry = new(kernel, 1, 1, (kernel - 1) / 2, kernel / 2);
        _conv1 = new Conv1d(parameters.Scope("conv_1"), channels, filterChannels, geometry);
        _conv2 = new Conv1d(parameters.Scope("conv_2"), filterChannels, channels, geometry);
    }

    internal Tensor ForwardPlusInput(Tape tape, Tensor x, Tensor mask)
    {
        Tensor h = _conv1.Forward(tape, Op.Mask(tape, x, mask), new ConvEpilogue(Activation.LeakyRelu, Slope: 0, Mask: mask));

        // Mainline masks the branch alone; frames behind the end reach no other frame, so masking the sum is the same.
        return _conv2.Forward(tape, h, new ConvEpilogue(Residual: x, Mask: mask));
    }
}
