namespace RvcNative.Formats.Onnx;

/// <summary>An attribute of a node: one integer, one float, or a list of integers.</summary>
public readonly record struct OnnxAttribute
{
    public OnnxAttribute(string name, long value) => (Name, Integer) = (name, value);

    public OnnxAttribute(string name, float value) => (Name, Number) = (name, value);

    public OnnxAttribute(string name, IReadOnlyList<int> values) => (Name, Integers) = (name, values);

    public string Name { get; }

    public long? Integer { get; }

    public float? Number { get; }

    public IReadOnlyList<int>? Integers { get; }
}

/// <summary>One operation of ONNX's own domain.</summary>
/// <param name="Inputs">Names of values; an empty one stands for an input that is left out.</param>
public sealed record OnnxNode(string Operation, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<OnnxAttribute> Attributes);

/// <summary>An axis of an input or output: a fixed length, or a name for one that differs from call to call.</summary>
public readonly record struct OnnxAxis
{
    public OnnxAxis(int length) => Length = length;

    public OnnxAxis(string name) => Name = name;

    public int? Length { get; }

    public string? Name { get; }

    public static implicit operator OnnxAxis(int length) => new(length);

    public static implicit operator OnnxAxis(string name) => new(name);

    public static OnnxAxis FromInt32(int length) => new(length);

    public static OnnxAxis FromString(string name) => new(name);
}

/// <summary>An input or output of the graph.</summary>
public sealed record OnnxValue(string Name, FileDType DType, IReadOnlyList<OnnxAxis> Shape);

/// <summary>A network: nodes in an order in which each finds its inputs made, and the constants that they use.</summary>
public sealed record OnnxGraph(
    string Name,
    IReadOnlyList<OnnxValue> Inputs,
    IReadOnlyList<OnnxValue> Outputs,
    IReadOnlyList<OnnxNode> Nodes,
    IReadOnlyList<KeyValuePair<string, FileTensor>> Constants);
