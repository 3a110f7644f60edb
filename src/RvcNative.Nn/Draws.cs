using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>Where a network's random numbers come from; each draw has the name of the module that makes it.</summary>
public interface IDraws
{
    /// <summary>Standard normal numbers [B,T,C] for the run's step; the same numbers each time that a name is asked for.</summary>
    /// <param name="window">Which frames of the draw they are, where not all.</param>
    Tensor Normal(Tape tape, string name, Shape shape, DrawWindow? window = null);
}

/// <summary>Names that draws share.</summary>
public static class Draws
{
    /// <summary>Last part of the name of a source's draw of initial phases (rand_ini in the peers' code).</summary>
    public const string InitialPhase = "rand_ini";
}

/// <summary>Draws that are a function of (seed, step, name, place).</summary>
/// <param name="step">i64 [1], written before every run.</param>
public sealed class RandomDraws(ulong seed, Tensor step) : IDraws
{
    public Tensor Normal(Tape tape, string name, Shape shape, DrawWindow? window = null) =>
        Op.Normal(tape, RandomStream.Key(seed, name), step, shape, window);
}

/// <summary>Draws that a reference run made: inputs, which the caller writes before every run.</summary>
public sealed class InjectedDraws : IDraws
{
    private readonly Dictionary<string, Tensor> _tensors = [];

    /// <summary>The tensors asked for, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <exception cref="NotSupportedException">A window: what a reference run drew is there as a whole.</exception>
    public Tensor Normal(Tape tape, string name, Shape shape, DrawWindow? window = null)
    {
        if (window is not null) throw new NotSupportedException($"the draw {name} is not injected in windows");
        if (!_tensors.TryGetValue(name, out Tensor? input)) _tensors.Add(name, input = tape.Input(shape));
        return input;
    }
}
