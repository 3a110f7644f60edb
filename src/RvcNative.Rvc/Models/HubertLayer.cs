using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>One post-norm transformer layer of HuBERT: attention over all frames, then a feed-forward with GELU, each added to its input and normalised.</summary>
internal sealed class HubertLayer
{
    private readonly int _heads;
    private readonly Conv1d _keys, _values, _queries, _output, _expand, _contract;
    private readonly LayerNorm _norm, _finalNorm;

    internal HubertLayer(ParameterBuilder parameters, HubertPlan plan)
    {
        int hidden = plan.HiddenChannels;
        _heads = plan.Heads;
        ParameterBuilder attention = parameters.Scope("attention"), forward = parameters.Scope("feed_forward");
        _keys = Linear(attention.Scope("k_proj"), hidden, hidden);
        _values = Linear(attention.Scope("v_proj"), hidden, hidden);
        _queries = Linear(attention.Scope("q_proj"), hidden, hidden);
        _output = Linear(attention.Scope("out_proj"), hidden, hidden);
        _norm = LayerNorm.Torch(parameters.Scope("layer_norm"), hidden, plan.Epsilon);
        _expand = Linear(forward.Scope("intermediate_dense"), hidden, plan.FilterChannels);
        _contract = Linear(forward.Scope("output_dense"), plan.FilterChannels, hidden);
        _finalNorm = LayerNorm.Torch(parameters.Scope("final_layer_norm"), hidden, plan.Epsilon);
    }

    /// <param name="x">[1,T,C].</param>
    /// <param name="mask">[1,T] of ones.</param>
    internal Tensor Record(Tape tape, Tensor x, Tensor mask)
    {
        Tensor heard = Op.Attention(
            tape, _queries.Forward(tape, x), _keys.Forward(tape, x), _values.Forward(tape, x), relativeKeys: null, relativeValues: null, mask, _heads);
        x = _norm.Forward(tape, _output.Forward(tape, heard, new ConvEpilogue(Residual: x)));
        Tensor wide = _expand.Forward(tape, x, new ConvEpilogue(Activation.Gelu));
        return _finalNorm.Forward(tape, _contract.Forward(tape, wide, new ConvEpilogue(Residual: x)));
    }

    /// <summary>PyTorch's Linear: a convolution of one tap.</summary>
    internal static Conv1d Linear(ParameterBuilder parameters, int inChannels, int outChannels) =>
        new(parameters, inChannels, outChannels, new ConvGeometry(1), new ConvOptions { Linear = true, Initial = Initial.Constant(0) });
}
