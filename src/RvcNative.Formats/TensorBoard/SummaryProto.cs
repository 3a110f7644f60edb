using System.Text;
using Google.Protobuf;

namespace RvcNative.Formats.TensorBoard;

/// <summary>tensorflow's Summary message (framework/summary.proto), written and read by field number.</summary>
internal static class SummaryProto
{
    private const uint ValueField = 1, NameField = 1, SimpleValueField = 2, ImageField = 4, AudioField = 6;

    internal static void Write(CodedOutputStream proto, uint tag, IReadOnlyList<SummaryValue> values) => WriteMessage(proto, tag, summary =>
    {
        foreach (SummaryValue value in values) WriteMessage(summary, Bytes(ValueField), message => WriteValue(message, value));
    });

    internal static void WriteMessage(CodedOutputStream proto, uint tag, Action<CodedOutputStream> write)
    {
        using MemoryStream bytes = new();
        using (CodedOutputStream message = new(bytes, leaveOpen: true)) write(message);
        proto.WriteTag(tag);
        proto.WriteBytes(ByteString.CopyFrom(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    internal static void WriteText(CodedOutputStream proto, uint field, string text)
    {
        proto.WriteTag(Bytes(field));
        proto.WriteString(text);
    }

    internal static string? ReadText(ReadOnlySpan<byte> message, uint field)
    {
        WireReader proto = new(message);
        string? text = null;
        for (uint tag = proto.ReadTag(); tag != 0; tag = proto.ReadTag())
        {
            if (tag == Bytes(field)) text = proto.ReadText();
            else proto.Skip(tag);
        }

        return text;
    }

    /// <summary>Adds a summary's values.</summary>
    internal static void Read(ReadOnlySpan<byte> message, List<SummaryValue> values)
    {
        WireReader proto = new(message);
        for (uint tag = proto.ReadTag(); tag != 0; tag = proto.ReadTag())
        {
            if (tag != Bytes(ValueField)) proto.Skip(tag);
            else if (ReadValue(proto.ReadBytes()) is { } value) values.Add(value);
        }
    }

    private static uint Varint(uint field) => field << 3;

    private static uint Fixed32(uint field) => (field << 3) | 5;

    private static uint Bytes(uint field) => (field << 3) | 2;

    private static void WriteValue(CodedOutputStream proto, SummaryValue value)
    {
        WriteText(proto, NameField, value.Tag);
        switch (value)
        {
            case ScalarValue scalar:
                proto.WriteTag(Fixed32(SimpleValueField));
                proto.WriteFloat(scalar.Value);
                break;
            case ImageValue image:
                WriteMessage(proto, Bytes(ImageField), message =>
                {
                    WriteInt(message, 1, image.Height);
                    WriteInt(message, 2, image.Width);
                    WriteInt(message, 3, image.Channels);
                    WriteBytes(message, 4, image.Png);
                });
                break;
            case AudioValue audio:
                WriteMessage(proto, Bytes(AudioField), message =>
                {
                    message.WriteTag(Fixed32(1));
                    message.WriteFloat(audio.SampleRateHz);
                    WriteInt(message, 2, audio.Channels);
                    WriteInt(message, 3, audio.Frames);
                    WriteBytes(message, 4, audio.Wav);
                    WriteText(message, 5, audio.ContentType);
                });
                break;
        }
    }

    private static void WriteInt(CodedOutputStream proto, uint field, long value)
    {
        proto.WriteTag(Varint(field));
        proto.WriteInt64(value);
    }

    private static void WriteBytes(CodedOutputStream proto, uint field, byte[] bytes)
    {
        proto.WriteTag(Bytes(field));
        proto.WriteBytes(ByteString.CopyFrom(bytes));
    }

    // A value of another kind (histogram, tensor) is not ours and left out.
    private static SummaryValue? ReadValue(ReadOnlySpan<byte> message)
    {
        WireReader proto = new(message);
        string name = "";
        float? scalar = null;
        Fields? image = null, audio = null;
        for (uint tag = proto.ReadTag(); tag != 0; tag = proto.ReadTag())
        {
            if (tag == Bytes(NameField)) name = proto.ReadText();
            else if (tag == Fixed32(SimpleValueField)) scalar = proto.ReadFloat();
            else if (tag == Bytes(ImageField)) image = new Fields(proto.ReadBytes());
            else if (tag == Bytes(AudioField)) audio = new Fields(proto.ReadBytes());
            else proto.Skip(tag);
        }

        if (image is not null) return new ImageValue(name, (int)image.Int(1), (int)image.Int(2), (int)image.Int(3), image.Blob(4));
        if (audio is not null) return new AudioValue(name, audio.Float(1), (int)audio.Int(2), audio.Int(3), audio.Blob(4), audio.Text(5));
        return scalar is { } number ? new ScalarValue(name, number) : null;
    }

    /// <summary>All fields of a flat message by number.</summary>
    private sealed class Fields
    {
        private readonly Dictionary<uint, object> _values = [];

        internal Fields(ReadOnlySpan<byte> message)
        {
            WireReader proto = new(message);
            for (uint tag = proto.ReadTag(); tag != 0; tag = proto.ReadTag())
            {
                switch (tag & 7)
                {
                    case 0: _values[tag >> 3] = proto.ReadVarint(); break;
                    case 2: _values[tag >> 3] = proto.ReadBytes().ToArray(); break;
                    case 5: _values[tag >> 3] = proto.ReadFloat(); break;
                    default: proto.Skip(tag); break;
                }
            }
        }

        internal long Int(uint field) => _values.GetValueOrDefault(field) is long value ? value : 0;

        internal float Float(uint field) => _values.GetValueOrDefault(field) is float value ? value : 0;

        internal byte[] Blob(uint field) => _values.GetValueOrDefault(field) is byte[] value ? value : [];

        internal string Text(uint field) => Encoding.UTF8.GetString(Blob(field));
    }
}
