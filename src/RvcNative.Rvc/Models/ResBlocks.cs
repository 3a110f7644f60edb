using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>A residual block of a HiFi-GAN generator (Kong et al. 2020, arXiv:2010.05646).</summary>
public interface IResBlock
{
    /// <param name="x">[B,T,C].</param>
    /// <param name="activated">leaky(x), which all blocks of a stage share.</param>
    /// <returns>[B,T,C].</returns>
    Tensor Forward(Tape tape, Tensor x, Tensor activated);
}

/// <summary>Pairs of a dilated and a plain convolution (mainline's ResBlock1).</summary>
public sealed class ResBlock1 : IResBlock
{
    private readonly List<Conv1d> _convs1 = [], _convs2 = [];

    public ResBlock1(ParameterBuilder parameters, int channels, int kernel, IReadOnlyList<int> dilations)
    {
        ConvOptions normed = new() { Normed = true };
        for (int i = 0; i < dilations.Count; i++)
        {
            _convs1.Add(new Conv1d(parameters.Scope("convs1", i), channels, channels, ConvGeometry.Same(kernel, dilations[i]), normed));
        }

        for (int i = 0; i < dilations.Count; i++)
        {
            _convs2.Add(new Conv1d(parameters.Scope("convs2", i), channels, channels, ConvGeometry.Same(kernel), normed));
        }
    }

    public Tensor Forward(Tape tape, Tensor x, Tensor activated)
    {
        ConvEpilogue leaky = new(Activation.LeakyRelu, HifiGanGenerator.LeakySlope);
        for (int i = 0; i < _convs1.Count; i++)
        {
            Tensor h = _convs1[i].Forward(tape, i == 0 ? activated : Op.LeakyRelu(tape, x, HifiGanGenerator.LeakySlope), leaky);
            x = _convs2[i].Forward(tape, h, new ConvEpilogue(Residual: x));
        }

        return x;
    }
}

/// <summary>Dilated convolutions alone (mainline's ResBlock2).</summary>
public sealed class ResBlock2 : IResBlock
{
    private readonly List<Conv1d> _convs = [];

    public ResBlock2(ParameterBuilder parameters, int channels, int kernel, IReadOnlyList<int> dilations)
    {
        // Mainline reads the first two dilations only.
        for (int i = 0; i < 2; i++)
        {
            _convs.Add(new Conv1d(parameters.Scope("convs", i), channels, channels, ConvGeometry.Same(kernel, dilations[i]), new ConvOptions { Normed = true }));
        }
    }

    public Tensor Forward(Tape tape, Tensor x, Tensor activated)
    {
        for (int i = 0; i < _convs.Count; i++)
        {
            Tensor a = i == 0 ? activated : Op.LeakyRelu(tape, x, HifiGanGenerator.LeakySlope);
            x = _convs[i].Forward(tape, a, new ConvEpilogue(Residual: x));
        }

        return x;
    }
}
