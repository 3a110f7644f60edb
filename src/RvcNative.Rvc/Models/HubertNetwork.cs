using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>What a HuBERT encoder computes of features: its input after projection and the output of every layer, [1,T,C]; layer 0 is the first one's input.</summary>
internal sealed record HubertStates(Tensor Projected, IReadOnlyList<Tensor> Layers);

/// <summary>
/// HuBERT's encoder (transformers' HubertModel with group norm and post-norm layers), forward only, under Hugging Face's parameter names. Weights are 0 until they are
/// loaded. Normalised weights are kept as they take effect: encoder.pos_conv_embed.conv.weight.
/// </summary>
internal sealed class HubertNetwork
{
    private readonly LayerNorm? _featureNorm;
    private readonly Conv1d _projection;
    private readonly HubertPositions _positions;
    private readonly LayerNorm _norm;
    private readonly List<HubertLayer> _layers = [];
    private readonly Conv1d? _final;

    internal HubertNetwork(Backend backend, HubertPlan plan)
    {
        Plan = plan;
        ParameterBuilder parameters = new(backend), encoder = parameters.Scope("encoder"), projection = parameters.Scope("feature_projection");
        FrontEnd = new HubertFrontEnd(backend, parameters.Scope("feature_extractor"), plan);
        if (plan.NormalisesFeatures) _featureNorm = LayerNorm.Torch(projection.Scope("layer_norm"), plan.FeatureChannels, plan.Epsilon);
        _projection = HubertLayer.Linear(projection.Scope("projection"), plan.FeatureChannels, plan.HiddenChannels);
        _positions = new HubertPositions(encoder.Scope("pos_conv_embed").Scope("conv"), plan);
        _norm = LayerNorm.Torch(encoder.Scope("layer_norm"), plan.HiddenChannels, plan.Epsilon);
        for (int i = 0; i < plan.Layers; i++) _layers.Add(new HubertLayer(encoder.Scope("layers", i), plan));
        if (plan.FinalChannels > 0) _final = HubertLayer.Linear(parameters.Scope("final_proj"), plan.HiddenChannels, plan.FinalChannels);
        Weights = new Network(backend, parameters, trained: false, seed: 0);
    }

    internal HubertPlan Plan { get; }

    internal Network Weights { get; }

    internal HubertFrontEnd FrontEnd { get; }

    /// <param name="features">[1,T,C] of the front end.</param>
    /// <param name="mask">[1,T] of ones.</param>
    /// <param name="layers">How many layers are wanted.</param>
    internal HubertStates Record(Tape tape, Tensor features, Tensor mask, int layers)
    {
        Tensor projected = _projection.Forward(tape, _featureNorm?.Forward(tape, features) ?? features);
        List<Tensor> states = [_norm.Forward(tape, _positions.Record(tape, projected))];
        for (int i = 0; i < layers; i++) states.Add(_layers[i].Record(tape, states[i], mask));
        return new HubertStates(projected, states);
    }

    /// <summary>final_proj, [1,T,C] of a layer's output.</summary>
    internal Tensor RecordFinal(Tape tape, Tensor hidden) =>
        (_final ?? throw new InvalidOperationException("a HuBERT without final_proj cannot make v1 features")).Forward(tape, hidden);
}
