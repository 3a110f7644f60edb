using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace RvcNative.Formats.Pth;

/// <summary>
/// Writes a tree as a protocol 2 pickle with the opcodes that torch's weights_only reader knows. Tensors become calls of
/// torch._utils._rebuild_tensor_v2 over storages 0, 1, ... in the order met; the same <see cref="PickleTensor"/> met again shares its storage.
/// </summary>
internal sealed class PickleWriter(Stream stream)
{
    private const int LongestLong1 = 255;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Dictionary<string, uint> _memo = [];
    private readonly Dictionary<PickleTensor, int> _storageKeys = new(ReferenceEqualityComparer.Instance);

    /// <summary>The storages to write, in the order of their keys.</summary>
    internal List<PickleTensor> Storages { get; } = [];

    internal void Write(PickleValue root)
    {
        Bytes([0x80, 2]);
        Value(root);
        Opcode('.');
    }

    private void Value(PickleValue value)
    {
        switch (value)
        {
            case PickleNone: Opcode('N'); break;
            case PickleBool flag: Bytes([flag.Value ? (byte)0x88 : (byte)0x89]); break;
            case PickleInt number: Int(number.Value); break;
            case PickleFloat number: Float(number.Value); break;
            case PickleString text: Text(text.Value); break;
            case PickleBytes bytes: Latin1(bytes.Value); break;
            case PickleList list: List(list); break;
            case PickleTuple tuple: Tuple([.. tuple.Items]); break;
            case PickleDict dict: Dict(dict); break;
            case PickleTensor tensor: Tensor(tensor); break;
            default: throw new ArgumentException($"A value known only as {value.TypeName} cannot be written; take it out of the tree.");
        }
    }

    private void Int(BigInteger value)
    {
        if (value >= 0 && value <= byte.MaxValue)
        {
            Bytes([(byte)'K', (byte)value]);
        }
        else if (value >= 0 && value <= ushort.MaxValue)
        {
            Bytes([(byte)'M', (byte)(value & 0xFF), (byte)(value >> 8)]);
        }
        else if (value >= int.MinValue && value <= int.MaxValue)
        {
            Opcode('J');
            UInt32((uint)(int)value);
        }
        else
        {
            byte[] bytes = value.ToByteArray();
            if (bytes.Length > LongestLong1)
            {
                throw new ArgumentException($"An int of {bytes.Length} bytes is too long to write; at most {LongestLong1}.");
            }

            Bytes([0x8A, (byte)bytes.Length, .. bytes]);
        }
    }

    private void Float(double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        Opcode('G');
        Bytes(bytes);
    }

    private void Text(string text)
    {
        if (Recall("text " + text)) return;
        byte[] bytes = Utf8.GetBytes(text);
        Opcode('X');
        UInt32((uint)bytes.Length);
        Bytes(bytes);
        Memorise("text " + text);
    }

    private void Latin1(byte[] bytes)
    {
        Global("_codecs", "encode");
        Tuple([new PickleString(Encoding.Latin1.GetString(bytes)), new PickleString("latin1")]);
        Opcode('R');
    }

    private void List(PickleList list)
    {
        Opcode(']');
        if (list.Items.Count == 0) return;
        Opcode('(');
        foreach (PickleValue item in list.Items) Value(item);
        Opcode('e');
    }

    private void Tuple(ReadOnlySpan<PickleValue> items)
    {
        if (items.Length > 3) Opcode('(');
        foreach (PickleValue item in items) Value(item);
        Bytes([items.Length switch { 0 => (byte)')', 1 => 0x85, 2 => 0x86, 3 => 0x87, _ => (byte)'t' }]);
    }

    private void Dict(PickleDict dict)
    {
        if (dict.Ordered) EmptyOrderedDict();
        else Opcode('}');
        if (dict.Entries.Count > 0)
        {
            Opcode('(');
            foreach ((PickleValue key, PickleValue value) in dict.Entries)
            {
                Value(key);
                Value(value);
            }

            Opcode('u');
        }

        if (dict.Attributes is null) return;
        Dict(dict.Attributes);
        Opcode('b');
    }

    private void EmptyOrderedDict()
    {
        Global("collections", "OrderedDict");
        Opcode(')');
        Opcode('R');
    }

    private void Tensor(PickleTensor tensor)
    {
        if (!_storageKeys.TryGetValue(tensor, out int key))
        {
            key = Storages.Count;
            _storageKeys.Add(tensor, key);
            Storages.Add(tensor);
        }

        long[] stride = new long[tensor.Shape.Length];
        long step = 1;
        for (int axis = stride.Length - 1; axis >= 0; step *= Math.Max(1, tensor.Shape[axis--])) stride[axis] = step;

        Global("torch._utils", "_rebuild_tensor_v2");
        Opcode('(');
        Opcode('(');
        Text("storage");
        Global("torch", TorchStorage.NameOf(tensor.DType));
        Text(key.ToString());
        Text("cpu");
        Int(FileTensor.CountElements(tensor.Shape));
        Opcode('t');
        Opcode('Q');
        Int(0);
        Tuple([.. tensor.Shape.Select(length => new PickleInt(length))]);
        Tuple([.. stride.Select(length => new PickleInt(length))]);
        Bytes([0x89]);
        EmptyOrderedDict();
        Opcode('t');
        Opcode('R');
    }

    private void Global(string module, string name)
    {
        string key = $"global {module}.{name}";
        if (Recall(key)) return;
        Opcode('c');
        Bytes(Utf8.GetBytes($"{module}\n{name}\n"));
        Memorise(key);
    }

    private bool Recall(string key)
    {
        if (!_memo.TryGetValue(key, out uint place)) return false;
        MemoOpcode('h', 'j', place);
        return true;
    }

    private void Memorise(string key)
    {
        uint place = (uint)_memo.Count;
        _memo.Add(key, place);
        MemoOpcode('q', 'r', place);
    }

    private void MemoOpcode(char narrow, char wide, uint place)
    {
        if (place <= byte.MaxValue)
        {
            Bytes([(byte)narrow, (byte)place]);
            return;
        }

        Opcode(wide);
        UInt32(place);
    }

    private void UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Bytes(bytes);
    }

    private void Opcode(char opcode) => stream.WriteByte((byte)opcode);

    private void Bytes(ReadOnlySpan<byte> bytes) => stream.Write(bytes);
}
