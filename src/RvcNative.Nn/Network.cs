using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>A network's parameters and the weights derived from them.</summary>
public sealed class Network
{
    private readonly IReadOnlyList<NormedWeight> _normed;
    private readonly Dictionary<Parameter, Tensor> _trials = [];

    public Network(Backend backend, ParameterBuilder parameters, bool trained, ulong seed)
    {
        Backend = backend;
        Parameters = parameters.Build(trained, seed);
        _normed = parameters.Normed;
    }

    public Backend Backend { get; }

    public ParameterSet Parameters { get; }

    /// <summary>Memory of values, gradients, moments and derived weights.</summary>
    public long Bytes => sizeof(float) * ((Parameters.Values.Count * (Parameters.Trained ? 4L : 1L)) + _normed.Sum(weight => (long)weight.DerivedCount));

    /// <summary>Computes all effective weights anew; once after every change of the parameters.</summary>
    public void Refresh()
    {
        foreach (NormedWeight weight in _normed) weight.Refresh(Backend);
    }

    /// <summary>
    /// Records the weights as the optimiser's next update would leave them. What is recorded after it with frozen parameters computes with
    /// those, while the parameters stay as they are: a later failure needs only <see cref="Refresh"/> to be as if nothing had run.
    /// </summary>
    public void RecordTrial(Tape tape, AdamW optimiser)
    {
        HashSet<Parameter> normed = [];
        foreach (NormedWeight weight in _normed)
        {
            weight.RecordTrial(tape, optimiser);
            normed.UnionWith([weight.Direction, weight.Gain]);
        }

        foreach (Parameter parameter in Parameters.Parameters)
        {
            if (normed.Contains(parameter)) continue;
            if (!_trials.TryGetValue(parameter, out Tensor? trial)) _trials.Add(parameter, trial = Backend.NewTensor(parameter.Shape));
            optimiser.RecordTrial(tape, parameter, trial);
            tape.Replace(parameter, trial);
        }
    }

    /// <summary>Mainline's module path of the layer whose weight this is, the effective one where it is normalised; null for a weight of others.</summary>
    public string? LayerOf(Tensor weight)
    {
        Parameter? parameter = _normed.FirstOrDefault(normed => normed.IsEffective(weight))?.Direction
            ?? Parameters.Parameters.FirstOrDefault(plain => ReferenceEquals(plain.Value.Buffer, weight.Buffer) && plain.Value.Offset == weight.Offset);
        return parameter?.Name[..parameter.Name.LastIndexOf('.')];
    }

    /// <summary>Sets a parameter from a checkpoint's values, in the checkpoint's layout. Call Refresh when all are set.</summary>
    public void Load(Parameter parameter, ReadOnlySpan<float> values) => Backend.Write(CheckpointLayout.ToEngine(parameter, values), parameter.Value);

    /// <summary>A parameter's values, or those of a tensor in its shape (gradient, moment), in the checkpoint's layout.</summary>
    public float[] Save(Parameter parameter, Tensor values) => CheckpointLayout.ToCheckpoint(parameter, Backend.ToArray(values));
}
