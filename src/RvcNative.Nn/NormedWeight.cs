using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>
/// A convolution's weight under weight normalisation, w = g * v / ||v||. The effective weight lives beside its parameters and is
/// computed once after each change of them, not inside every use.
/// </summary>
public sealed class NormedWeight(Parameter direction, Parameter gain, bool perInput)
{
    private Tensor _effective = null!, _norm = null!;

    public Parameter Direction { get; } = direction;

    public Parameter Gain { get; } = gain;

    /// <summary>Elements of the effective weight and its norms.</summary>
    internal int DerivedCount => Direction.Shape.Count + Gain.Shape.Count;

    /// <summary>The effective weight as an op's input.</summary>
    public Tensor Use(Tape tape) => Op.WeightNorm(tape, tape.Use(Direction), tape.Use(Gain), perInput, _effective, _norm);

    /// <summary>Computes the effective weight from the parameters.</summary>
    public void Refresh(Backend backend) => backend.WeightNorm(Direction.Value, Gain.Value, perInput, _effective, _norm);

    /// <summary>Records the effective weight as the optimiser's next update would have it; <see cref="Refresh"/> takes that back.</summary>
    internal void RecordTrial(Tape tape, AdamW optimiser)
    {
        Tensor direction = tape.New(Direction.Shape), gain = tape.New(Gain.Shape);
        optimiser.RecordTrial(tape, Direction, direction);
        optimiser.RecordTrial(tape, Gain, gain);
        tape.Run(() => tape.Backend.WeightNorm(direction, gain, perInput, _effective, _norm), direction, gain);
    }

    internal bool IsEffective(Tensor weight) => ReferenceEquals(weight.Buffer, _effective.Buffer);

    internal void Allocate(Backend backend) =>
        (_effective, _norm) = (backend.NewTensor(Direction.Shape), backend.NewTensor(Gain.Shape));

    /// <summary>Sets the gain to the direction's norm, as PyTorch's weight_norm does, so that w = v at first.</summary>
    internal void StartAtNorm(Backend backend)
    {
        Refresh(backend);
        backend.Write(backend.ToArray(_norm), Gain.Value);
        Refresh(backend);
    }
}
