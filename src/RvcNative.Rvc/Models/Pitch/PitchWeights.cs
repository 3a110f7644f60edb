using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;

namespace RvcNative.Rvc.Models;

/// <summary>A convolution's weight [K,in,out] and bias [out] in the engine.</summary>
internal readonly record struct ConvWeights(Tensor Weight, Tensor Bias);

/// <summary>
/// The tensors of a pitch network by their names in PyTorch's file, brought to the engine one by one. What is missing or has another shape is one error that
/// names it.
/// </summary>
public sealed class PitchWeights
{
    private const double BatchNormEpsilon = 1e-5;
    private readonly string _origin;
    private readonly Func<string, int[]?> _shape;
    private readonly Func<string, float[]> _load;

    /// <param name="origin">For messages: the file and the place in it.</param>
    /// <param name="shape">A tensor's shape; null for a name that is not there.</param>
    /// <param name="load">A tensor's values, row-major.</param>
    public PitchWeights(string origin, Func<string, int[]?> shape, Func<string, float[]> load) => (_origin, _shape, _load) = (origin, shape, load);

    /// <summary>Tensors of a state dict, read when they are asked for.</summary>
    public static PitchWeights Of(PickleNode stateDict) => new(
        stateDict.FilePath,
        name => Find(stateDict, name)?.Tensor().Shape,
        name => Find(stateDict, name)!.Value.Tensor().Load().ToFloat32());

    /// <summary>Whether there is a tensor of this name.</summary>
    internal bool Has(string name) => _shape(name) is not null;

    /// <summary>Length of one axis of a tensor, from which a network takes its sizes.</summary>
    internal int Size(string name, int axis)
    {
        int[] shape = Shape(name);
        return axis < shape.Length ? shape[axis] : throw Fault($"{name} is [{string.Join(',', shape)}], an axis {axis} is wanted");
    }

    /// <summary>Values of a tensor of exactly that shape.</summary>
    internal float[] Load(string name, params ReadOnlySpan<int> wanted)
    {
        int[] shape = Shape(name);
        if (!wanted.SequenceEqual(shape)) throw Fault($"{name} is [{string.Join(',', shape)}], wanted is [{string.Join(',', wanted.ToArray())}]");
        float[] values = _load(name);
        return Array.TrueForAll(values, float.IsFinite) ? values : throw Fault($"{name} holds values that are not finite; the file is damaged");
    }

    internal Tensor Vector(Backend backend, string name, int count) => Tensor(backend, [count], Load(name, count));

    /// <summary>A convolution over time, [out,in/groups,K], or a linear layer, [out,in], with its bias.</summary>
    internal ConvWeights Conv(Backend backend, string name, int inPerGroup, int outputs, int kernel, bool linear = false) => Conv(
        backend, name, inPerGroup, outputs, kernel, linear,
        linear ? Load($"{name}.weight", outputs, kernel * inPerGroup) : Load($"{name}.weight", outputs, inPerGroup, kernel));

    /// <summary>A convolution over time that the file has as one of pictures of one column, [out,in,K,1].</summary>
    internal ConvWeights Tall(Backend backend, string name, int inputs, int outputs, int kernel) =>
        Conv(backend, name, inputs, outputs, kernel, linear: false, Load($"{name}.weight", outputs, inputs, kernel, 1));

    private ConvWeights Conv(Backend backend, string name, int inPerGroup, int outputs, int kernel, bool linear, float[] weight)
    {
        float[] engine = new float[weight.Length];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inPerGroup; i++)
            {
                // A linear layer over several frames counts frames before channels.
                for (int k = 0; k < kernel; k++)
                    engine[(((k * inPerGroup) + i) * outputs) + o] = weight[(o * inPerGroup * kernel) + (linear ? (k * inPerGroup) + i : (i * kernel) + k)];
            }
        }

        return new ConvWeights(Tensor(backend, [kernel, inPerGroup, outputs], engine), Vector(backend, $"{name}.bias", outputs));
    }

    /// <summary>
    /// A convolution of pictures, [out,in,rows,columns] or transposed [in,out,rows,columns], without a bias of its own, and the BatchNorm that follows it
    /// directly, as one convolution.
    /// </summary>
    internal ConvWeights PictureWithNorm(Backend backend, string name, string norm, int inputs, int outputs, int kernel, bool transposed = false)
    {
        (double[] scale, double[] shift) = BatchNorm(norm, outputs, BatchNormEpsilon);
        return new ConvWeights(
            Picture(backend, $"{name}.weight", inputs, outputs, kernel, transposed, scale), Tensor(backend, [outputs], Narrow(shift)));
    }

    /// <summary>A convolution of pictures with its bias.</summary>
    internal ConvWeights Picture(Backend backend, string name, int inputs, int outputs, int kernel) =>
        new(Picture(backend, $"{name}.weight", inputs, outputs, kernel, transposed: false, scale: null), Vector(backend, $"{name}.bias", outputs));

    /// <summary>What BatchNorm does at inference: x * scale + shift, with scale = weight / sqrt(running_var + epsilon).</summary>
    internal (double[] Scale, double[] Shift) BatchNorm(string name, int channels, double epsilon)
    {
        float[] weight = Load($"{name}.weight", channels), bias = Load($"{name}.bias", channels);
        float[] mean = Load($"{name}.running_mean", channels), variance = Load($"{name}.running_var", channels);
        double[] scale = new double[channels], shift = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            if (variance[c] < 0) throw Fault($"{name}.running_var is negative in channel {c}; the file is damaged");
            scale[c] = weight[c] / Math.Sqrt(variance[c] + epsilon);
            shift[c] = bias[c] - (mean[c] * scale[c]);
        }

        return (scale, shift);
    }

    internal static Tensor Tensor(Backend backend, Shape shape, ReadOnlySpan<float> values)
    {
        Tensor tensor = backend.NewTensor(shape);
        backend.Write(values, tensor);
        return tensor;
    }

    internal static float[] Narrow(double[] values) => Array.ConvertAll(values, value => (float)value);

    internal FileFormatException Fault(string problem) => new(_origin, $"does not fit this network: {problem}");

    private Tensor Picture(Backend backend, string name, int inputs, int outputs, int kernel, bool transposed, double[]? scale)
    {
        int taps = kernel * kernel;
        float[] weight = transposed ? Load(name, inputs, outputs, kernel, kernel) : Load(name, outputs, inputs, kernel, kernel);
        float[] engine = new float[weight.Length];
        for (int i = 0; i < inputs; i++)
        {
            for (int o = 0; o < outputs; o++)
            {
                int from = (transposed ? (i * outputs) + o : (o * inputs) + i) * taps;
                for (int k = 0; k < taps; k++) engine[(((k * inputs) + i) * outputs) + o] = (float)(weight[from + k] * (scale?[o] ?? 1));
            }
        }

        return Tensor(backend, [taps, inputs, outputs], engine);
    }

    private int[] Shape(string name) => _shape(name) ?? throw Fault($"{name} is missing; is it the file of another network?");

    private static PickleNode? Find(PickleNode stateDict, string name) =>
        stateDict.TryGet(name, out PickleNode node) || stateDict.TryGet(WeightNames.Parametrized(name), out node) ? node : null;
}
