using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Formats.Pth;

namespace RvcNative.Rvc.Models;

/// <summary>
/// RMVPE (Wei et al. 2023, arXiv:2306.15412; mainline infer/rmvpe.py, E2E): a U-Net over the log-mel as a picture of frames by bands, gated recurrent units in
/// both directions over its rows, a linear layer to 360 bins. Every BatchNorm that follows a convolution directly is part of it; the one before
/// the first, which zeros around the picture follow, is not. Depths and widths are those of the file.
/// </summary>
public sealed class Rmvpe
{
    private readonly List<RmvpeLevel> _encoder = [], _intermediate = [];
    private readonly List<(ConvWeights Rise, RmvpeLevel Level)> _decoder = [];
    private readonly ConvWeights _last;
    private readonly RmvpeHead _head;
    private readonly float _inputScale, _inputShift;

    public Rmvpe(Backend backend, PitchWeights weights)
    {
        (double[] scale, double[] shift) = weights.BatchNorm("unet.encoder.bn", 1, 1e-5);
        (_inputScale, _inputShift) = ((float)scale[0], (float)shift[0]);
        int channels = 1;
        for (int i = 0; i == 0 || weights.Has($"unet.encoder.layers.{i}.conv.0.conv.0.weight"); i++)
        {
            _encoder.Add(new RmvpeLevel(backend, weights, $"unet.encoder.layers.{i}.conv", channels));
            channels = _encoder[^1].Channels;
        }

        for (int i = 0; i == 0 || weights.Has($"unet.intermediate.layers.{i}.conv.0.conv.0.weight"); i++)
        {
            _intermediate.Add(new RmvpeLevel(backend, weights, $"unet.intermediate.layers.{i}.conv", channels));
            channels = _intermediate[^1].Channels;
        }

        FrameMultiple = 1 << _encoder.Count;
        if (PitchMel.Bands % FrameMultiple != 0) throw weights.Fault($"it halves {PitchMel.Bands} bands {_encoder.Count} times");
        for (int i = 0; i < _encoder.Count; i++)
        {
            string name = $"unet.decoder.layers.{i}";
            int narrow = weights.Size($"{name}.conv1.0.weight", 1);
            ConvWeights rise = weights.PictureWithNorm(backend, $"{name}.conv1.0", $"{name}.conv1.1", channels, narrow, kernel: 3, transposed: true);
            _decoder.Add((rise, new RmvpeLevel(backend, weights, $"{name}.conv2", narrow + _encoder[^(i + 1)].Channels)));
            channels = _decoder[^1].Level.Channels;
        }

        int planes = weights.Size("cnn.weight", 0);
        _last = weights.Picture(backend, "cnn", channels, planes, kernel: 3);
        _head = new RmvpeHead(backend, weights, planes);
    }

    /// <summary>The U-Net halves its picture so often that its frames are a multiple of this.</summary>
    internal int FrameMultiple { get; }

    /// <summary>Values of a frame that the recurrent units take.</summary>
    internal int Features => _head.Inputs;

    /// <summary>Values of the recurrent units' state, forward and then backward.</summary>
    internal int StateSize => _head.StateSize;

    /// <summary>
    /// Frames on either side that a frame of the U-Net's result hangs on, as a whole number of <see cref="FrameMultiple"/>: a convolution of three taps at
    /// a level of scale s reaches s further, a pool as far as its square, a transposed convolution one frame of the level below.
    /// </summary>
    internal int Reach
    {
        get
        {
            int reach = 1 + FrameMultiple;
            for (int i = 0; i < _encoder.Count; i++)
                reach += (1 << i) * (2 + _encoder[i].Convolutions + _decoder[^(i + 1)].Level.Convolutions);
            reach += FrameMultiple * _intermediate.Sum(level => level.Convolutions);
            return (reach + FrameMultiple - 1) / FrameMultiple * FrameMultiple;
        }
    }

    /// <exception cref="Formats.FileFormatException">Damaged, or of another network.</exception>
    public static Rmvpe Read(string path, Backend backend)
    {
        using PthFile file = PthFile.Open(path);
        return new Rmvpe(backend, PitchWeights.Of(file.Root));
    }

    /// <summary>The log-mel as the network's input: the normalisation that stands before everything.</summary>
    internal void Normalise(Span<float> mel)
    {
        foreach (ref float value in mel) value = (value * _inputScale) + _inputShift;
    }

    /// <param name="mel">[1,T*128,1], normalised; T a multiple of <see cref="FrameMultiple"/>.</param>
    /// <returns>[1,T,Features].</returns>
    internal Tensor Unet(Tape tape, Tensor mel)
    {
        Tensor x = mel;
        int columns = PitchMel.Bands;
        List<Tensor> kept = [];
        foreach (RmvpeLevel level in _encoder)
        {
            kept.Add(x = level.Forward(tape, x, columns));
            x = Op.AveragePool(tape, x, columns);
            columns /= 2;
        }

        foreach (RmvpeLevel level in _intermediate) x = level.Forward(tape, x, columns);
        for (int i = 0; i < _decoder.Count; i++)
        {
            // PyTorch's padding 1 and output_padding 1.
            ConvAxis twice = new(Kernel: 3, Stride: 2, Dilation: 1, PadLeft: 1, PadRight: 0);
            ConvGeometry rise = ConvGeometry.Picture(twice, twice, columns) with { Transposed = true };
            x = Op.Conv(tape, x, _decoder[i].Rise.Weight, _decoder[i].Rise.Bias, rise, new ConvEpilogue(Activation.LeakyRelu));
            columns *= 2;
            x = _decoder[i].Level.Forward(tape, Op.JoinChannels(tape, x, kept[^(i + 1)]), columns);
        }

        x = Op.Conv(tape, x, _last.Weight, _last.Bias, ConvGeometry.Picture(ConvAxis.Same(3), ConvAxis.Same(3), columns));
        return x;
    }

    /// <param name="features">[1,T,Features], what <see cref="Unet"/> gives, row by row.</param>
    /// <param name="start">[1,1,StateSize], the state before the first frame of each direction.</param>
    internal (Tensor State, Tensor Confidence) Head(Tape tape, Tensor features, Tensor start) => _head.Forward(tape, features, start);
}
