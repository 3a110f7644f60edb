using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>Where a network's random numbers come from; each draw has the name of the module that makes it.</summary>
public interface IDraws
{
    /// <summary>Standard normal numbers [B,T,C] for the run's step.</summary>
    Tensor Normal(Tape tape, string name, Shape shape);
}

/// <summary>Draws that are a function of (seed, step, name, place).</summary>
/// <param name="step">i64 [1], written before every run.</param>
public sealed class RandomDraws(ulong seed, Tensor step) : IDraws
{
    public Tensor Normal(Tape tape, string name, Shape shape) => Op.Normal(tape, RandomStream.Key(seed, name), step, shape);
}

/// <summary>Draws that a reference run made: inputs, which the caller writes before every run.</summary>
public sealed class InjectedDraws : IDraws
{
    private readonly Dictionary<string, Tensor> _tensors = [];

    /// <summary>The tensors asked for, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    public Tensor Normal(Tape tape, string name, Shape shape)
    {
        Tensor input = tape.Input(shape);
        _tensors.Add(name, input);
        return input;
    }
}
