using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>What a convolution layer is, beyond its taps.</summary>
public readonly record struct ConvOptions
{
    public ConvOptions()
    {
    }

    public bool Bias { get; init; } = true;

    /// <summary>Weight normalisation: parameters weight_g and weight_v in place of weight.</summary>
    public bool Normed { get; init; }

    /// <summary>Checkpoints hold it as a two-dimensional convolution (k,1), as the period discriminators' are.</summary>
    public bool Planar { get; init; }

    /// <summary>Checkpoints hold it as a linear layer [out,in]; one tap.</summary>
    public bool Linear { get; init; }

    /// <summary>First values of weight (and bias, where it is constant); PyTorch's default if null.</summary>
    public Initial? Initial { get; init; }
}

/// <summary>A convolution or transposed convolution over time, with its epilogue. Serves PyTorch's Conv1d, ConvTranspose1d, Linear and Conv2d of (k,1).</summary>
public sealed class Conv1d
{
    private readonly Parameter? _bias, _weight;
    private readonly NormedWeight? _normed;
    private readonly ConvGeometry _geometry;

    public Conv1d(ParameterBuilder parameters, int inChannels, int outChannels, ConvGeometry geometry, ConvOptions? options = null)
    {
        ConvOptions chosen = options ?? new ConvOptions();
        _geometry = geometry;
        int perGroup = inChannels / geometry.Groups;
        Shape shape = [geometry.Kernel, perGroup, outChannels];
        Shape stored = (geometry.Transposed, chosen.Planar, chosen.Linear) switch
        {
            (true, _, _) => [inChannels, outChannels, geometry.Kernel],
            (_, true, _) => [outChannels, perGroup, geometry.Kernel, 1],
            (_, _, true) => [outChannels, perGroup],
            _ => [outChannels, perGroup, geometry.Kernel],
        };
        ParameterLayout layout = geometry.Transposed ? ParameterLayout.ConvTransposed : ParameterLayout.Conv;

        // PyTorch counts a transposed convolution's fan-in from the second axis of its weight.
        Initial initial = chosen.Initial ?? Nn.Initial.FanIn((geometry.Transposed ? outChannels : perGroup) * geometry.Kernel);
        Initial biasInitial = Nn.Initial.FanIn((geometry.Transposed ? outChannels : perGroup) * geometry.Kernel);
        if (chosen.Initial == Nn.Initial.Constant(0)) biasInitial = Nn.Initial.Constant(0);
        if (!chosen.Normed) _weight = parameters.Add("weight", shape, layout, stored, initial);
        if (chosen.Bias) _bias = parameters.Add("bias", [outChannels], biasInitial);
        if (!chosen.Normed) return;
        int rows = stored[0];
        Parameter gain = parameters.Add(
            "weight_g", [rows], ParameterLayout.Same, stored.Rank == 4 ? [rows, 1, 1, 1] : [rows, 1, 1], Nn.Initial.Constant(1));
        _normed = new NormedWeight(parameters.Add("weight_v", shape, layout, stored, initial), gain, perInput: geometry.Transposed);
        parameters.Add(_normed);
    }

    /// <param name="x">[B,T,Cin].</param>
    /// <returns>[B,T',Cout].</returns>
    public Tensor Forward(Tape tape, Tensor x, ConvEpilogue? epilogue = null) =>
        Op.Conv(tape, x, _normed?.Use(tape) ?? tape.Use(_weight!), _bias is null ? null : tape.Use(_bias), _geometry, epilogue);
}
