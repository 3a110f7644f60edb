using RvcNative.Core;

namespace RvcNative.Rvc.Models;

/// <summary>
/// Residual blocks of one scale of RMVPE's U-Net (mainline infer/rmvpe.py, ConvBlockRes): twice convolution, BatchNorm and ReLU, and the block's input added, through a
/// convolution of one tap where the channels change.
/// </summary>
internal sealed class RmvpeLevel
{
    private readonly List<(ConvWeights First, ConvWeights Second, ConvWeights? Shortcut)> _blocks = [];

    internal RmvpeLevel(Backend backend, PitchWeights weights, string name, int inputs)
    {
        Channels = inputs;
        for (int i = 0; i == 0 || weights.Has($"{name}.{i}.conv.0.weight"); i++)
        {
            string block = $"{name}.{i}";
            int outputs = weights.Size($"{block}.conv.0.weight", 0);
            _blocks.Add((
                weights.PictureWithNorm(backend, $"{block}.conv.0", $"{block}.conv.1", Channels, outputs, kernel: 3),
                weights.PictureWithNorm(backend, $"{block}.conv.3", $"{block}.conv.4", outputs, outputs, kernel: 3),
                Channels == outputs ? null : weights.Picture(backend, $"{block}.shortcut", Channels, outputs, kernel: 1)));
            Channels = outputs;
        }
    }

    /// <summary>Of the result.</summary>
    internal int Channels { get; private set; }

    /// <summary>Convolutions of three taps, one behind the other.</summary>
    internal int Convolutions => 2 * _blocks.Count;

    /// <param name="x">[1,T*columns,Cin], frames by bands.</param>
    /// <returns>[1,T*columns,Channels].</returns>
    internal Tensor Forward(Tape tape, Tensor x, int columns)
    {
        ConvGeometry three = ConvGeometry.Picture(ConvAxis.Same(3), ConvAxis.Same(3), columns);
        ConvEpilogue relu = new(Activation.LeakyRelu);
        foreach ((ConvWeights first, ConvWeights second, ConvWeights? shortcut) in _blocks)
        {
            Tensor y = Op.Conv(tape, x, first.Weight, first.Bias, three, relu);
            Tensor straight = shortcut is { } narrow ? Op.Conv(tape, x, narrow.Weight, narrow.Bias, new ConvGeometry(1)) : x;
            x = Op.Conv(tape, y, second.Weight, second.Bias, three, relu with { Residual = straight });
        }

        return x;
    }
}
