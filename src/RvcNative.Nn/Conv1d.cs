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

    /// <summary>Checkpoints hold it as a two-dimensional convolution; the period discriminators' are (k,1).</summary>
    public bool Planar { get; init; }

    /// <summary>Checkpoints hold it as a two-dimensional convolution whose rows are the columns here.</summary>
    public bool Turned { get; init; }

    /// <summary>Checkpoints hold it as a linear layer [out,in]; one tap.</summary>
    public bool Linear { get; init; }

    /// <summary>The result may be stored as <see cref="Backend.WideType"/>: who takes it knows of that.</summary>
    public bool Wide { get; init; }

    /// <summary>First values of weight (and bias, where it is constant); PyTorch's default if null.</summary>
    public Initial? Initial { get; init; }
}

/// <summary>
/// A convolution or transposed convolution over time or over pictures, with its epilogue. Serves PyTorch's Conv1d, ConvTranspose1d, Linear, Conv2d
/// and ConvTranspose2d.
/// </summary>
public sealed class Conv1d
{
    private readonly Parameter? _bias, _weight;
    private readonly NormedWeight? _normed;
    private readonly ConvGeometry _geometry;
    private readonly bool _isWide;

    public Conv1d(ParameterBuilder parameters, int inChannels, int outChannels, ConvGeometry geometry, ConvOptions? options = null)
    {
        ConvOptions chosen = options ?? new ConvOptions();
        (_geometry, _isWide) = (geometry, chosen.Wide);
        if (chosen.Turned && geometry.Transposed) throw new ArgumentException("a transposed convolution of turned pictures has no place in checkpoints");
        int perGroup = inChannels / geometry.Groups;
        Shape shape = [geometry.Taps, perGroup, outChannels];
        (int rows, int columns) = geometry.Transposed ? (inChannels, outChannels) : (outChannels, perGroup);
        (int down, int across) = (geometry.Kernel, geometry.Across.Kernel);
        Shape stored = chosen.Turned ? [rows, columns, across, down]
            : chosen.Planar || across > 1 ? [rows, columns, down, across]
            : chosen.Linear ? [rows, columns] : [rows, columns, down];
        ParameterLayout layout = geometry.Transposed ? ParameterLayout.ConvTransposed : chosen.Turned ? ParameterLayout.ConvTurned : ParameterLayout.Conv;

        // PyTorch counts a transposed convolution's fan-in from the second axis of its weight.
        Initial initial = chosen.Initial ?? Nn.Initial.FanIn(columns * geometry.Taps);
        Initial biasInitial = Nn.Initial.FanIn(columns * geometry.Taps);
        if (chosen.Initial == Nn.Initial.Constant(0)) biasInitial = Nn.Initial.Constant(0);
        if (!chosen.Normed) _weight = parameters.Add("weight", shape, layout, stored, initial);
        if (chosen.Bias) _bias = parameters.Add("bias", [outChannels], biasInitial);
        if (!chosen.Normed) return;
        Parameter gain = parameters.Add(
            "weight_g", [rows], ParameterLayout.Same, stored.Rank == 4 ? [rows, 1, 1, 1] : [rows, 1, 1], Nn.Initial.Constant(1));
        _normed = new NormedWeight(parameters.Add("weight_v", shape, layout, stored, initial), gain, perInput: geometry.Transposed);
        parameters.Add(_normed);
    }

    /// <param name="x">[B,T,Cin].</param>
    /// <returns>[B,T',Cout].</returns>
    public Tensor Forward(Tape tape, Tensor x, ConvEpilogue? epilogue = null) =>
        Op.Conv(tape, x, _normed?.Use(tape) ?? tape.Use(_weight!), _bias is null ? null : tape.Use(_bias), _geometry, epilogue, _isWide);
}
