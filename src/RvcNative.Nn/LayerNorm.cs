using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>Normalises each frame over its channels, with a gain and an offset a channel.</summary>
public sealed class LayerNorm
{
    private readonly Parameter _gain, _offset;
    private readonly float _epsilon;

    /// <summary>Mainline's modules.LayerNorm, whose parameters are called gamma and beta.</summary>
    public LayerNorm(ParameterBuilder parameters, int channels) : this(parameters, channels, "gamma", "beta", 1e-5f)
    {
    }

    private LayerNorm(ParameterBuilder parameters, int channels, string gain, string offset, float epsilon)
    {
        (_gain, _offset, _epsilon) = (parameters.Add(gain, [channels], Initial.Constant(1)), parameters.Add(offset, [channels], Initial.Constant(0)), epsilon);
    }

    /// <summary>PyTorch's LayerNorm, whose parameters are called weight and bias.</summary>
    public static LayerNorm Torch(ParameterBuilder parameters, int channels, float epsilon) => new(parameters, channels, "weight", "bias", epsilon);

    /// <param name="x">[B,T,C].</param>
    public Tensor Forward(Tape tape, Tensor x) => Op.LayerNorm(tape, x, tape.Use(_gain), tape.Use(_offset), _epsilon);
}
