namespace RvcNative.Core;

/// <summary>How a parameter's axes in the engine relate to those in a PyTorch checkpoint.</summary>
public enum ParameterLayout
{
    /// <summary>The same axes.</summary>
    Same,

    /// <summary>Convolution: [K,in/groups,out] here, [out,in/groups,K] there ([out,in,rows,columns] for pictures, [out,in] for a linear layer).</summary>
    Conv,

    /// <summary>Transposed convolution: [K,in,out] here, [in,out,K] there.</summary>
    ConvTransposed,

    /// <summary>Convolution of pictures whose rows are PyTorch's columns: K taps row by row here, [out,in/groups,K] column by column there.</summary>
    ConvTurned,
}

/// <summary>A trained tensor. Its value, gradient and optimiser moments are parts of the contiguous tensors of its set.</summary>
public sealed class Parameter(string name, Shape shape, ParameterLayout layout, Shape checkpointShape)
{
    /// <summary>Name in mainline's state_dict.</summary>
    public string Name { get; } = name;

    /// <summary>Shape in the engine.</summary>
    public Shape Shape { get; } = shape;

    public ParameterLayout Layout { get; } = layout;

    /// <summary>Shape in a checkpoint.</summary>
    public Shape CheckpointShape { get; } = checkpointShape;

    /// <summary>Whether gradients are left out when a program is built.</summary>
    public bool Frozen { get; internal set; }

    public Tensor Value { get; private set; } = null!;

    public Tensor Gradient { get; private set; } = null!;

    /// <summary>First and second moment of AdamW.</summary>
    public Tensor Mean { get; private set; } = null!;

    public Tensor Variance { get; private set; } = null!;

    internal void Bind(Tensor value, Tensor gradient, Tensor mean, Tensor variance) =>
        (Value, Gradient, Mean, Variance) = (value, gradient, mean, variance);

    public override string ToString() => $"{Name} {CheckpointShape}";
}
