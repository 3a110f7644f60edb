using RvcNative.Formats;
using RvcNative.Formats.Onnx;

namespace RvcNative.Rvc.Export;

/// <summary>Collects the nodes and constants of an ONNX graph; a value is known by its name.</summary>
internal sealed class GraphBuilder
{
    private readonly List<OnnxNode> _nodes = [];
    private readonly List<KeyValuePair<string, FileTensor>> _constants = [];
    private readonly Dictionary<string, string> _small = [];
    private readonly HashSet<string> _names = [];

    internal OnnxGraph Build(string name, IReadOnlyList<OnnxValue> inputs, IReadOnlyList<OnnxValue> outputs) =>
        new(name, inputs, outputs, _nodes, _constants);

    /// <summary>One node with one output, whose name it returns.</summary>
    internal string Add(string operation, string[] inputs, params OnnxAttribute[] attributes)
    {
        string output = $"{operation.ToLowerInvariant()}_{_nodes.Count}";
        _nodes.Add(new OnnxNode(operation, inputs, [output], attributes));
        return output;
    }

    /// <summary>Gives a value the name that the graph's output has.</summary>
    internal void Output(string value, string name) => _nodes.Add(new OnnxNode("Identity", [value], [name], []));

    /// <summary>A constant of many values under the name that it has in checkpoints.</summary>
    internal string Weights(string name, int[] shape, ReadOnlySpan<float> values)
    {
        if (_names.Add(name)) _constants.Add(new(name, FileTensor.FromFloat32(shape, values)));
        return name;
    }

    internal string Scalar(float value) => Small($"float_{value:r}", () => FileTensor.FromFloat32([], [value]));

    internal string Scalar(double value) => Small($"double_{value:r}", () => FileTensor.FromFloat64([], [value]));

    internal string Scalar(long value) => Small($"int_{value}", () => FileTensor.FromInt64([], [value]));

    internal string List(params long[] values) => Small($"ints_{string.Join('_', values)}", () => FileTensor.FromInt64([values.Length], values));

    internal string Doubles(int[] shape, double[] values) =>
        Small($"doubles_{string.Join('_', shape)}_{values[0]:r}", () => FileTensor.FromFloat64(shape, values));

    /// <summary>values[..., first … first + count - 1, ...] along an axis.</summary>
    internal string Slice(string x, int axis, long first, long count) => Add("Slice", [x, List(first), List(first + count), List(axis)]);

    internal string Cast(string x, FileDType dtype)
    {
        const int Float = 1, Double = 11;
        return Add("Cast", [x], new OnnxAttribute("to", dtype == FileDType.Float64 ? Double : Float));
    }

    // Small constants that occur again are kept once.
    private string Small(string key, Func<FileTensor> make)
    {
        if (_small.TryGetValue(key, out string? name)) return name;
        _small.Add(key, name = $"constant_{_small.Count}");
        _constants.Add(new(name, make()));
        return name;
    }
}
