using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>Normalises each frame over its channels, with a gain and an offset a channel (mainline's modules.LayerNorm).</summary>
public sealed class LayerNorm(ParameterBuilder parameters, int channels)
{
    private readonly Parameter _gamma = parameters.Add("gamma", [channels], Initial.Constant(1));
    private readonly Parameter _beta = parameters.Add("beta", [channels], Initial.Constant(0));

    /// <param name="x">[B,T,C].</param>
    public Tensor Forward(Tape tape, Tensor x) => Op.LayerNorm(tape, x, tape.Use(_gamma), tape.Use(_beta));
}
