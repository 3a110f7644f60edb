using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>Gated convolutions with residual and skip connections, conditioned on the speaker (van den Oord et al. 2016; mainline's modules.WN).</summary>
public sealed class WaveNet
{
    private readonly List<Conv1d> _in = [], _resSkip = [];
    private readonly Conv1d? _condition;
    private readonly int _hidden;

    public WaveNet(ParameterBuilder parameters, int hidden, int kernel, int dilationRate, int layers, int conditionChannels)
    {
        _hidden = hidden;
        ConvOptions normed = new() { Normed = true };
        int dilation = 1;
        for (int i = 0; i < layers; i++, dilation *= dilationRate)
        {
            _in.Add(new Conv1d(parameters.Scope("in_layers", i), hidden, 2 * hidden, ConvGeometry.Same(kernel, dilation), normed));
        }

        for (int i = 0; i < layers; i++)
        {
            _resSkip.Add(new Conv1d(parameters.Scope("res_skip_layers", i), hidden, i < layers - 1 ? 2 * hidden : hidden, new ConvGeometry(1), normed));
        }

        if (conditionChannels > 0)
        {
            _condition = new Conv1d(parameters.Scope("cond_layer"), conditionChannels, 2 * hidden * layers, new ConvGeometry(1), normed);
        }
    }

    /// <param name="x">[B,T,hidden].</param>
    /// <param name="speaker">[B,1,conditionChannels].</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    /// <returns>[B,T,hidden], 0 behind the end.</returns>
    public Tensor Forward(Tape tape, Tensor x, Tensor speaker, Tensor mask)
    {
        Tensor? condition = _condition?.Forward(tape, speaker), skips = null;
        for (int i = 0; i < _in.Count - 1; i++)
        {
            Tensor h = Op.Gate(tape, _in[i].Forward(tape, x), condition, i * 2 * _hidden);
            (x, skips) = Op.ResidualSkip(tape, x, _resSkip[i].Forward(tape, h), mask, skips);
        }

        Tensor last = Op.Gate(tape, _in[^1].Forward(tape, x), condition, (_in.Count - 1) * 2 * _hidden);
        return _resSkip[^1].Forward(tape, last, new ConvEpilogue(Residual: skips, Mask: mask));
    }
}
