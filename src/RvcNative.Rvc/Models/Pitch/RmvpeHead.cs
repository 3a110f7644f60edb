using RvcNative.Audio;
using RvcNative.Core;

namespace RvcNative.Rvc.Models;

/// <summary>The recurrent half of RMVPE (mainline infer/rmvpe.py, BiGRU and Linear): one product of all frames for what the input contributes, then the units, then 360 bins.</summary>
internal sealed class RmvpeHead
{
    private const int Directions = 2;
    private readonly ConvWeights _input, _output;
    private readonly Tensor _weight, _bias;

    /// <param name="planes">Channels of the U-Net's last picture; a frame's values are its bands' channels here, its channels' bands there.</param>
    internal RmvpeHead(Backend backend, PitchWeights weights, int planes)
    {
        int hidden = weights.Size("fc.0.gru.weight_hh_l0", 1), gates = 3 * hidden;
        (Inputs, StateSize) = (planes * PitchMel.Bands, Directions * hidden);
        float[] input = new float[Inputs * Directions * gates], inputBias = new float[Directions * gates];
        float[] state = new float[Directions * hidden * gates], stateBias = new float[Directions * gates];
        for (int direction = 0; direction < Directions; direction++)
        {
            string suffix = direction == 0 ? "l0" : "l0_reverse";
            float[] ih = weights.Load($"fc.0.gru.weight_ih_{suffix}", gates, Inputs), hh = weights.Load($"fc.0.gru.weight_hh_{suffix}", gates, hidden);
            weights.Load($"fc.0.gru.bias_ih_{suffix}", gates).CopyTo(inputBias, direction * gates);
            weights.Load($"fc.0.gru.bias_hh_{suffix}", gates).CopyTo(stateBias, direction * gates);
            for (int gate = 0; gate < gates; gate++)
            {
                for (int plane = 0; plane < planes; plane++)
                {
                    for (int band = 0; band < PitchMel.Bands; band++)
                        input[(((band * planes) + plane) * Directions * gates) + (direction * gates) + gate] = ih[(gate * Inputs) + (plane * PitchMel.Bands) + band];
                }

                for (int i = 0; i < hidden; i++) state[(((direction * hidden) + i) * gates) + gate] = hh[(gate * hidden) + i];
            }
        }

        _input = new ConvWeights(
            PitchWeights.Tensor(backend, [1, Inputs, Directions * gates], input), PitchWeights.Tensor(backend, [Directions * gates], inputBias));
        (_weight, _bias) = (PitchWeights.Tensor(backend, [Directions, hidden, gates], state), PitchWeights.Tensor(backend, [Directions, gates], stateBias));
        _output = weights.Conv(backend, "fc.1", StateSize, PitchBins.Count, 1, linear: true);
    }

    internal int Inputs { get; }

    internal int StateSize { get; }

    /// <param name="features">[1,T,Inputs].</param>
    /// <param name="start">[1,1,StateSize].</param>
    /// <returns>The units' states [1,T,StateSize] and the confidence [1,T,360].</returns>
    internal (Tensor State, Tensor Confidence) Forward(Tape tape, Tensor features, Tensor start)
    {
        Tensor gates = Op.Conv(tape, features, _input.Weight, _input.Bias, new ConvGeometry(1));
        Tensor state = Op.Gru(tape, gates, _weight, _bias, start);
        return (state, Op.Conv(tape, state, _output.Weight, _output.Bias, new ConvGeometry(1), new ConvEpilogue(Activation.Sigmoid)));
    }
}
