namespace RvcNative.Formats.Onnx;

/// <summary>A file of ONNX (onnx.proto, ModelProto): a graph, the version of the operators that it uses, and what is said of it.</summary>
/// <param name="Opset">Version of ONNX's own operators.</param>
/// <param name="Metadata">Texts by name (metadata_props).</param>
public sealed record OnnxModel(OnnxGraph Graph, int Opset, IReadOnlyDictionary<string, string> Metadata)
{
    // Version 8 of the file's structure came with opset 15 and is read by every runtime that knows opset 17.
    private const int StructureVersion = 8;

    /// <summary>Writes the model in one file, whole or not at all.</summary>
    /// <exception cref="ArgumentException">The file would exceed 2 GiB, which protobuf does not allow, or a constant's type has no name in ONNX.</exception>
    public void Write(string path)
    {
        ProtoMessage model = new ProtoMessage().Int(1, StructureVersion).Text(2, "rvcnative");
        model.Message(7, Message(Graph)).Message(8, new ProtoMessage().Text(1, "").Int(2, Opset));
        foreach ((string key, string value) in Metadata) model.Message(14, new ProtoMessage().Text(1, key).Text(2, value));
        if (model.Length > int.MaxValue) throw new ArgumentException($"{path}: the model takes {model.Length:N0} bytes; an ONNX file in one piece holds 2 GiB");
        AtomicFile.Write(path, model.WriteTo);
    }

    // Field numbers are those of onnx.proto; 5 and 11 to 12 of GraphProto are initializer, input and output.
    private static ProtoMessage Message(OnnxGraph graph)
    {
        ProtoMessage message = new();
        foreach (OnnxNode node in graph.Nodes) message.Message(1, Message(node));
        message.Text(2, graph.Name);
        foreach ((string name, FileTensor tensor) in graph.Constants) message.Message(5, Message(name, tensor));
        foreach (OnnxValue input in graph.Inputs) message.Message(11, Message(input));
        foreach (OnnxValue output in graph.Outputs) message.Message(12, Message(output));
        return message;
    }

    private static ProtoMessage Message(OnnxNode node)
    {
        ProtoMessage message = new();
        foreach (string input in node.Inputs) message.Blob(1, System.Text.Encoding.UTF8.GetBytes(input));
        foreach (string output in node.Outputs) message.Text(2, output);
        message.Text(3, node.Outputs[0]).Text(4, node.Operation);
        foreach (OnnxAttribute attribute in node.Attributes) message.Message(5, Message(attribute));
        return message;
    }

    private static ProtoMessage Message(OnnxAttribute attribute)
    {
        const int FloatType = 1, IntType = 2, IntsType = 7, TypeField = 20;
        ProtoMessage message = new ProtoMessage().Text(1, attribute.Name);
        if (attribute.Number is { } number) return message.Float(2, number).Int(TypeField, FloatType);
        if (attribute.Integer is { } integer) return message.Int(3, integer).Int(TypeField, IntType);
        foreach (int value in attribute.Integers!) message.Int(8, value);
        return message.Int(TypeField, IntsType);
    }

    private static ProtoMessage Message(string name, FileTensor tensor)
    {
        ProtoMessage message = new();
        foreach (int length in tensor.Shape) message.Int(1, length);
        return message.Int(2, TypeOf(tensor.DType)).Text(8, name).Blob(9, tensor.Data);
    }

    private static ProtoMessage Message(OnnxValue value)
    {
        ProtoMessage shape = new();
        foreach (OnnxAxis axis in value.Shape)
        {
            shape.Message(1, axis.Length is { } length ? new ProtoMessage().Int(1, length) : new ProtoMessage().Text(2, axis.Name!));
        }

        ProtoMessage tensorType = new ProtoMessage().Int(1, TypeOf(value.DType)).Message(2, shape);
        return new ProtoMessage().Text(1, value.Name).Message(2, new ProtoMessage().Message(1, tensorType));
    }

    private static int TypeOf(FileDType dtype) => dtype switch
    {
        FileDType.Float32 => 1,
        FileDType.UInt8 => 2,
        FileDType.Int8 => 3,
        FileDType.Int16 => 5,
        FileDType.Int32 => 6,
        FileDType.Int64 => 7,
        FileDType.Bool => 9,
        FileDType.Float16 => 10,
        FileDType.Float64 => 11,
        FileDType.BFloat16 => 16,
        _ => throw new ArgumentException($"{dtype.TorchName()} has no name in ONNX"),
    };
}
