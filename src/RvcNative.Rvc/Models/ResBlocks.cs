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

/// <summary>Pairs of a dilated and a plain convolution: mainline's ResBlock1, Applio's MRFBlock and RefineGAN's ResBlock, which differ in names and slope.</summary>
public sealed class ResBlock1 : IResBlock
{
    private readonly Conv1d[] _dilated, _plain;
    private readonly float _slope;

    private ResBlock1(Conv1d[] dilated, Conv1d[] plain, float slope) => (_dilated, _plain, _slope) = (dilated, plain, slope);

    /// <summary>With the names convs1.i and convs2.i.</summary>
    public static ResBlock1 Listed(ParameterBuilder parameters, int channels, int kernel, IReadOnlyList<int> dilations, float slope)
    {
        Conv1d[] dilated = [.. dilations.Select((dilation, i) => Normed(parameters.Scope("convs1", i), channels, kernel, dilation, isWide: true))];
        return new ResBlock1(dilated, [.. dilations.Select((_, i) => Normed(parameters.Scope("convs2", i), channels, kernel, 1))], slope);
    }

    /// <summary>With the names layers.i.conv1 and layers.i.conv2.</summary>
    public static ResBlock1 Layered(ParameterBuilder parameters, int channels, int kernel, IReadOnlyList<int> dilations, float slope)
    {
        List<Conv1d> dilated = [], plain = [];
        for (int i = 0; i < dilations.Count; i++)
        {
            ParameterBuilder layer = parameters.Scope("layers", i);
            dilated.Add(Normed(layer.Scope("conv1"), channels, kernel, dilations[i], isWide: true));
            plain.Add(Normed(layer.Scope("conv2"), channels, kernel, 1));
        }

        return new ResBlock1([.. dilated], [.. plain], slope);
    }

    public Tensor Forward(Tape tape, Tensor x, Tensor activated)
    {
        ConvEpilogue leaky = new(Activation.LeakyRelu, _slope);
        for (int i = 0; i < _dilated.Length; i++)
        {
            Tensor h = _dilated[i].Forward(tape, i == 0 ? activated : Op.LeakyRelu(tape, x, _slope), leaky);
            x = _plain[i].Forward(tape, h, new ConvEpilogue(Residual: x));
        }

        return x;
    }

    /// <summary>Rows that a result hangs on, on either side.</summary>
    internal static int Reach(ReachSum sum, int channels, int kernel, IReadOnlyList<int> dilations, int rowsPerFrame) => dilations.Sum(dilation =>
        sum.RowsOf(ConvGeometry.Same(kernel, dilation), channels, channels, rowsPerFrame) + sum.RowsOf(ConvGeometry.Same(kernel), channels, channels, rowsPerFrame));

    // Between the two convolutions of a pair nothing else looks at the result; that of the second is stored as the block's input is.
    private static Conv1d Normed(ParameterBuilder parameters, int channels, int kernel, int dilation, bool isWide = false) =>
        new(parameters, channels, channels, ConvGeometry.Same(kernel, dilation), new ConvOptions { Normed = true, Wide = isWide });
}

/// <summary>Dilated convolutions alone (mainline's ResBlock2).</summary>
public sealed class ResBlock2 : IResBlock
{
    // Mainline reads the first two dilations only.
    private const int Convolutions = 2;
    private readonly List<Conv1d> _convs = [];

    public ResBlock2(ParameterBuilder parameters, int channels, int kernel, IReadOnlyList<int> dilations)
    {
        for (int i = 0; i < Convolutions; i++)
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

    /// <inheritdoc cref="ResBlock1.Reach"/>
    internal static int Reach(ReachSum sum, int channels, int kernel, IReadOnlyList<int> dilations, int rowsPerFrame) =>
        dilations.Take(Convolutions).Sum(dilation => sum.RowsOf(ConvGeometry.Same(kernel, dilation), channels, channels, rowsPerFrame));
}
