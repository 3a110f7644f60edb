using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>A network's parameters and the weights derived from them.</summary>
public sealed class Network
{
    private readonly IReadOnlyList<NormedWeight> _normed;

    public Network(Backend backend, ParameterBuilder parameters, bool trained, ulong seed)
    {
        Backend = backend;
        Parameters = parameters.Build(trained, seed);
        _normed = parameters.Normed;
    }

    public Backend Backend { get; }

    public ParameterSet Parameters { get; }

    /// <summary>Computes all effective weights anew; once after every change of the parameters.</summary>
    public void Refresh()
    {
        foreach (NormedWeight weight in _normed) weight.Refresh(Backend);
    }

    /// <summary>Sets a parameter from a checkpoint's values, in the checkpoint's layout. Call Refresh when all are set.</summary>
    public void Load(Parameter parameter, ReadOnlySpan<float> values) => Backend.Write(CheckpointLayout.ToEngine(parameter, values), parameter.Value);

    /// <summary>A parameter's values, or those of a tensor in its shape (gradient, moment), in the checkpoint's layout.</summary>
    public float[] Save(Parameter parameter, Tensor values) => CheckpointLayout.ToCheckpoint(parameter, Backend.ToArray(values));
}
