using Google.Protobuf;

namespace RvcNative.Formats.Onnx;

/// <summary>A protobuf message as it is put together, field by field. Large blobs are referred to, not copied, until it is written.</summary>
internal sealed class ProtoMessage
{
    private const int MostHeadBytes = 20;
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];

    /// <summary>Bytes of the message without a tag or length of its own.</summary>
    internal long Length { get; private set; }

    internal ProtoMessage Int(int field, long value) => Small(field, WireFormat.WireType.Varint, proto => proto.WriteInt64(value));

    internal ProtoMessage Float(int field, float value) => Small(field, WireFormat.WireType.Fixed32, proto => proto.WriteFloat(value));

    /// <summary>A text; an empty one is the default and left out.</summary>
    internal ProtoMessage Text(int field, string value) => value.Length == 0 ? this : Blob(field, ByteString.CopyFromUtf8(value).Memory);

    internal ProtoMessage Blob(int field, ReadOnlyMemory<byte> value)
    {
        Small(field, WireFormat.WireType.LengthDelimited, proto => proto.WriteUInt64((ulong)value.Length));
        return Add(value);
    }

    internal ProtoMessage Message(int field, ProtoMessage value)
    {
        Small(field, WireFormat.WireType.LengthDelimited, proto => proto.WriteUInt64((ulong)value.Length));
        foreach (ReadOnlyMemory<byte> piece in value._pieces) Add(piece);
        return this;
    }

    internal void WriteTo(Stream stream)
    {
        foreach (ReadOnlyMemory<byte> piece in _pieces) stream.Write(piece.Span);
    }

    private ProtoMessage Small(int field, WireFormat.WireType type, Action<CodedOutputStream> write)
    {
        byte[] bytes = new byte[MostHeadBytes];
        CodedOutputStream proto = new(bytes);
        proto.WriteTag(field, type);
        write(proto);
        return Add(bytes.AsMemory(0, (int)proto.Position));
    }

    private ProtoMessage Add(ReadOnlyMemory<byte> piece)
    {
        _pieces.Add(piece);
        Length += piece.Length;
        return this;
    }
}
