using System.Buffers.Binary;
using System.Text;

namespace RvcNative.Formats.TensorBoard;

/// <summary>
/// Reads a protobuf message field by field where it lies; a message in it is a span of it. Long trainings have millions of these small messages, and
/// CodedInputStream makes several objects of each.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private const int BitsAByte = 7, VarintBits = 64;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The next field's number &lt;&lt; 3 | wire type; 0 at the end.</summary>
    /// <exception cref="InvalidDataException">Here as below: the bytes are no protobuf message.</exception>
    internal uint ReadTag() => _rest.IsEmpty ? 0 : (uint)ReadVarint() is var tag && tag >> 3 != 0 ? tag : throw Fault();

    internal long ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < VarintBits; shift += BitsAByte)
        {
            byte part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return (long)value;
        }

        throw Fault();
    }

    internal double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    internal float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));

    internal ReadOnlySpan<byte> ReadBytes()
    {
        long length = ReadVarint();
        return length >= 0 && length <= _rest.Length ? Take((int)length) : throw Fault();
    }

    internal string ReadText() => Encoding.UTF8.GetString(ReadBytes());

    internal void Skip(uint tag)
    {
        switch (tag & 7)
        {
            case 0: ReadVarint(); break;
            case 1: Take(sizeof(ulong)); break;
            case 2: ReadBytes(); break;
            case 5: Take(sizeof(uint)); break;
            default: throw Fault();
        }
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > _rest.Length) throw Fault();
        ReadOnlySpan<byte> taken = _rest[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }

    private static InvalidDataException Fault() => new("is no TensorBoard event");
}
