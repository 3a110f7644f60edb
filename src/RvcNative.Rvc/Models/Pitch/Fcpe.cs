using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Formats.Pth;

namespace RvcNative.Rvc.Models;

/// <summary>
/// FCPE (CNChTu, torchfcpe/models.py) without attention, as the published weights are: two convolutions around a GroupNorm, residual blocks of a
/// gated linear unit and a depthwise convolution, a linear layer to 360 bins. All but the GroupNorm is local, so its statistics, which are those of the whole
/// recording, are an input: with them a recording in pieces gives what it gives at once.
/// </summary>
public sealed class Fcpe
{
    internal const int Groups = 4;
    private const int Kernel = 3;
    private const float FirstSlope = 0.01f;
    private const double NormEpsilon = 1e-5;
    private readonly ConvWeights _first, _second, _output;
    private readonly float[] _groupGain, _groupOffset;
    private readonly List<Block> _blocks = [];
    private readonly (Tensor Gain, Tensor Offset) _norm;

    public Fcpe(Backend backend, PitchWeights weights)
    {
        if (weights.Has("net.encoder_layers.0.attn.to_q.weight"))
            throw weights.Fault("it has attention layers; the published fcpe_c_v001.pt, which has none, is what is wanted");
        Channels = weights.Size("input_stack.0.weight", 0);
        if (Channels % Groups != 0) throw weights.Fault($"its {Channels} channels do not split into {Groups} groups");
        _first = weights.Conv(backend, "input_stack.0", PitchMel.Bands, Channels, Kernel);
        (_groupGain, _groupOffset) = (weights.Load("input_stack.1.weight", Channels), weights.Load("input_stack.1.bias", Channels));
        _second = weights.Conv(backend, "input_stack.3", Channels, Channels, Kernel);
        for (int i = 0; i == 0 || weights.Has($"net.encoder_layers.{i}.conformer.net.0.weight"); i++) _blocks.Add(new Block(backend, weights, i, Channels));
        _norm = (weights.Vector(backend, "norm.weight", Channels), weights.Vector(backend, "norm.bias", Channels));
        _output = new ConvWeights(NormedLinear(backend, weights, "output_proj", Channels), weights.Vector(backend, "output_proj.bias", PitchBins.Count));
        CentTable = weights.Load("cent_table", PitchBins.Count);
    }

    /// <summary>Cents above 10 Hz of each bin.</summary>
    public IReadOnlyList<float> CentTable { get; }

    internal int Channels { get; }

    /// <summary>Frames on either side that a frame's result hangs on, the GroupNorm's statistics aside.</summary>
    internal int Reach => (2 * (Kernel / 2)) + _blocks.Sum(block => block.Reach);

    /// <exception cref="Formats.FileFormatException">Damaged, or of another network.</exception>
    public static Fcpe Read(string path, Backend backend)
    {
        using PthFile file = PthFile.Open(path);
        return new Fcpe(backend, PitchWeights.Of(file.Root.Get("model", "is it a file of FCPE?")));
    }

    /// <summary>What the GroupNorm is taken over.</summary>
    /// <param name="mel">[1,T,128].</param>
    /// <returns>[1,T,C].</returns>
    internal Tensor First(Tape tape, Tensor mel) => Op.Conv(tape, mel, _first.Weight, _first.Bias, ConvGeometry.Same(Kernel));

    /// <summary>The GroupNorm as a factor and a summand of each channel.</summary>
    /// <param name="mean">[groups] over time and the group's channels, and their variance.</param>
    internal (float[] Scale, float[] Shift) GroupNorm(ReadOnlySpan<double> mean, ReadOnlySpan<double> variance)
    {
        (float[] scale, float[] shift) = (new float[Channels], new float[Channels]);
        for (int c = 0; c < Channels; c++)
        {
            int group = c / (Channels / Groups);
            double factor = _groupGain[c] / Math.Sqrt(variance[group] + NormEpsilon);
            (scale[c], shift[c]) = ((float)factor, (float)(_groupOffset[c] - (mean[group] * factor)));
        }

        return (scale, shift);
    }

    /// <param name="first">[1,T,C], what <see cref="First"/> gives.</param>
    /// <param name="scale">[C], and shift, of <see cref="GroupNorm"/>.</param>
    /// <returns>[1,T,360] confidence.</returns>
    internal Tensor Rest(Tape tape, Tensor first, Tensor scale, Tensor shift)
    {
        Tensor x = Op.Affine(tape, first, scale, shift, FirstSlope);
        x = Op.Conv(tape, x, _second.Weight, _second.Bias, ConvGeometry.Same(Kernel));
        foreach (Block block in _blocks) x = block.Forward(tape, x);
        x = Op.LayerNorm(tape, x, _norm.Gain, _norm.Offset);
        return Op.Conv(tape, x, _output.Weight, _output.Bias, new ConvGeometry(1), new ConvEpilogue(Activation.Sigmoid));
    }

    // w = g * v / ||v||, row by row of [out,in]; the engine wants [1,in,out].
    private static Tensor NormedLinear(Backend backend, PitchWeights weights, string name, int inputs)
    {
        int outputs = PitchBins.Count;
        float[] direction = weights.Load($"{name}.weight_v", outputs, inputs), gain = weights.Load($"{name}.weight_g", outputs, 1);
        float[] engine = new float[direction.Length];
        for (int o = 0; o < outputs; o++)
        {
            double squares = 0;
            for (int i = 0; i < inputs; i++) squares += (double)direction[(o * inputs) + i] * direction[(o * inputs) + i];
            double factor = squares == 0 ? 0 : gain[o] / Math.Sqrt(squares);
            for (int i = 0; i < inputs; i++) engine[(i * outputs) + o] = (float)(direction[(o * inputs) + i] * factor);
        }

        return PitchWeights.Tensor(backend, [1, inputs, outputs], engine);
    }

    /// <summary>x + pointwise(silu(depthwise(glu(pointwise(norm(x)))))): the convolution module of Conformer (Gulati et al. 2020, arXiv:2005.08100).</summary>
    private sealed class Block
    {
        private readonly (Tensor Gain, Tensor Offset) _norm;
        private readonly ConvWeights _widen, _depthwise, _narrow;
        private readonly int _inner;

        internal Block(Backend backend, PitchWeights weights, int index, int channels)
        {
            string name = $"net.encoder_layers.{index}.conformer.net";
            _norm = (weights.Vector(backend, $"{name}.0.weight", channels), weights.Vector(backend, $"{name}.0.bias", channels));
            _inner = weights.Size($"{name}.4.conv.weight", 0);
            int kernel = weights.Size($"{name}.4.conv.weight", 2);
            if (kernel % 2 == 0) throw weights.Fault($"{name}.4.conv.weight has {kernel} taps, an odd number is wanted");
            _widen = weights.Conv(backend, $"{name}.2", channels, 2 * _inner, 1);
            _depthwise = weights.Conv(backend, $"{name}.4.conv", 1, _inner, kernel);
            _narrow = weights.Conv(backend, $"{name}.6", _inner, channels, 1);
            Reach = kernel / 2;
        }

        internal int Reach { get; }

        internal Tensor Forward(Tape tape, Tensor x)
        {
            Tensor y = Op.LayerNorm(tape, x, _norm.Gain, _norm.Offset);
            y = Op.GatedLinear(tape, Op.Conv(tape, y, _widen.Weight, _widen.Bias, new ConvGeometry(1)));
            ConvGeometry each = ConvGeometry.Same((2 * Reach) + 1) with { Groups = _inner };
            y = Op.Conv(tape, y, _depthwise.Weight, _depthwise.Bias, each, new ConvEpilogue(Activation.Silu));
            return Op.Conv(tape, y, _narrow.Weight, _narrow.Bias, new ConvGeometry(1), new ConvEpilogue(Residual: x));
        }
    }
}
