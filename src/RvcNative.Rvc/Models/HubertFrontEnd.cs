using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>
/// HuBERT's convolutions from samples to features, GELU after each. The first has a GroupNorm of a group a channel: y = (conv(x) - mean) rstd gamma + beta over all of the
/// recording. Mean and rstd are known from the samples beforehand (<see cref="TapStatistics"/>), so it is a convolution with weights w rstd gamma and
/// biases beta - mean rstd gamma, and a long recording passes in stretches, each frame the same as if all went at once.
/// </summary>
internal sealed class HubertFrontEnd
{
    private readonly HubertPlan _plan;
    private readonly Backend _backend;
    private readonly Parameter _firstWeight, _gain, _offset;
    private readonly Tensor _scaled, _bias;
    private readonly List<Conv1d> _rest = [];

    internal HubertFrontEnd(Backend backend, ParameterBuilder parameters, HubertPlan plan)
    {
        (_plan, _backend) = (plan, backend);
        HubertConvolution first = plan.Convolutions[0];
        Shape shape = [first.Kernel, 1, first.Channels];
        ParameterBuilder layer = parameters.Scope("conv_layers", 0);
        _firstWeight = layer.Scope("conv").Add("weight", shape, ParameterLayout.Conv, [first.Channels, 1, first.Kernel], Initial.Constant(0));
        _gain = layer.Scope("layer_norm").Add("weight", [first.Channels], Initial.Constant(1));
        _offset = layer.Scope("layer_norm").Add("bias", [first.Channels], Initial.Constant(0));
        (_scaled, _bias) = (backend.NewTensor(shape), backend.NewTensor([first.Channels]));
        for (int i = 1; i < plan.Convolutions.Count; i++)
        {
            HubertConvolution conv = plan.Convolutions[i];
            _rest.Add(new Conv1d(
                parameters.Scope("conv_layers", i).Scope("conv"), plan.Convolutions[i - 1].Channels, conv.Channels,
                new ConvGeometry(conv.Kernel, conv.Stride), new ConvOptions { Bias = false, Initial = Initial.Constant(0) }));
        }
    }

    /// <summary>Sets the first layer for a recording, before programs of <see cref="Record"/> run on it.</summary>
    /// <param name="wave">All samples.</param>
    internal void Prepare(ReadOnlySpan<float> wave)
    {
        HubertConvolution first = _plan.Convolutions[0];
        float[] weights = _backend.ToArray(_firstWeight.Value), gains = _backend.ToArray(_gain.Value), biases = _backend.ToArray(_offset.Value);
        float[] scaled = new float[weights.Length];
        TapStatistics statistics = new(wave, first.Kernel, first.Stride);
        for (int channel = 0; channel < first.Channels; channel++)
        {
            (double mean, double variance) = statistics.Of(weights, first.Channels, channel);
            double scale = gains[channel] / Math.Sqrt(variance + _plan.Epsilon);
            biases[channel] = (float)(biases[channel] - (mean * scale));
            for (int at = channel; at < weights.Length; at += first.Channels) scaled[at] = (float)(weights[at] * scale);
        }

        _backend.Write(scaled, _scaled);
        _backend.Write(biases, _bias);
    }

    /// <param name="wave">[1,N,1].</param>
    /// <returns>[1,T,C].</returns>
    internal Tensor Record(Tape tape, Tensor wave)
    {
        HubertConvolution first = _plan.Convolutions[0];
        ConvEpilogue gelu = new(Activation.Gelu) { ShortSums = true };
        Tensor x = Op.Conv(tape, wave, _scaled, _bias, new ConvGeometry(first.Kernel, first.Stride), gelu);
        foreach (Conv1d conv in _rest) x = conv.Forward(tape, x, gelu);
        return x;
    }
}
