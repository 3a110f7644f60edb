using System.Numerics;

namespace RvcNative.Formats.Pth;

/// <summary>
/// Python's pickle machine (Lib/pickletools.py, protocols 0 to 5) as an interpreter of data: it keeps a stack, marks and a memo and builds
/// <see cref="PickleValue"/>s. Nothing is imported or called; what names may stand for says <see cref="PickleGlobals"/>.
/// </summary>
internal sealed partial class PickleMachine(PickleScanner scanner, Func<PickleTuple, PickleValue> persistent)
{
    private const int MostValues = 4_000_000, BytesAValue = 64;
    private readonly List<PickleValue> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<uint, PickleValue> _memo = [];
    private long _pushed;

    /// <summary>Reads one pickle up to and including its STOP.</summary>
    internal PickleValue Run()
    {
        for (byte opcode = scanner.Byte(); opcode != '.'; opcode = scanner.Byte())
        {
            if (opcode < 0x80) AsciiOpcode((char)opcode);
            else BinaryOpcode(opcode);
        }

        return Pop();
    }

    private void BinaryOpcode(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: Protocol(scanner.Byte()); break;
            case 0x81: NewObject(keywords: false); break;
            case 0x85: PushTuple(Take(1)); break;
            case 0x86: PushTuple(Take(2)); break;
            case 0x87: PushTuple(Take(3)); break;
            case 0x88: Push(new PickleBool(true)); break;
            case 0x89: Push(new PickleBool(false)); break;
            case 0x8A: Push(new PickleInt(scanner.BigInt(scanner.Byte()))); break;
            case 0x8B: Push(new PickleInt(scanner.BigInt(scanner.Int32()))); break;
            case 0x8C: Push(new PickleString(scanner.Text(scanner.Byte()))); break;
            case 0x8D: Push(new PickleString(scanner.Text(scanner.Int64()))); break;
            case 0x8E:
            case 0x96: Push(new PickleBytes(scanner.Bytes(scanner.Int64()))); break;
            case 0x8F: Push(new PickleOpaque("builtins.set")); break;
            case 0x90: TakeMarked(); Expect<PickleOpaque>(Top, "add items to"); break;
            case 0x91: TakeMarked(); Push(new PickleOpaque("builtins.frozenset")); break;
            case 0x92: NewObject(keywords: true); break;
            case 0x93: StackGlobal(); break;
            case 0x94: _memo[(uint)_memo.Count] = Top; break;
            case 0x95: scanner.Int64(); break;
            default: throw scanner.Fault($"it uses opcode 0x{opcode:X2}, which no checkpoint needs");
        }
    }

    private PickleValue Top => _stack.Count > Floor ? _stack[^1] : throw scanner.Fault("its stack runs empty");

    // What lies below the last mark is out of reach until the mark is taken.
    private int Floor => _marks.Count == 0 ? 0 : _marks.Peek();

    private void Push(PickleValue value)
    {
        Count(1);
        _stack.Add(value);
    }

    private void Count(long values)
    {
        if ((_pushed += values) > MostValues) throw scanner.Fault($"it holds more than {MostValues:N0} values");
    }

    // A call may copy what it is given, which the memo can give again and again; so that counts as values that were pushed.
    private PickleValue Call(PickleValue callable, IReadOnlyList<PickleValue> arguments)
    {
        foreach (PickleValue argument in arguments)
        {
            Count(argument switch
            {
                PickleDict dict => dict.Entries.Count,
                PickleList list => list.Items.Count,
                PickleTuple tuple => tuple.Items.Count,
                PickleString text => text.Value.Length / BytesAValue,
                PickleBytes bytes => bytes.Value.Length / BytesAValue,
                _ => 0,
            });
        }

        return PickleGlobals.Call(scanner, callable, arguments);
    }

    private void PushTuple(List<PickleValue> items) => Push(new PickleTuple(items));

    private PickleValue Pop()
    {
        PickleValue value = Top;
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private List<PickleValue> Take(int count)
    {
        if (_stack.Count - count < Floor) throw scanner.Fault("its stack runs empty");
        List<PickleValue> items = _stack.GetRange(_stack.Count - count, count);
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private List<PickleValue> TakeMarked()
    {
        if (_marks.Count == 0) throw scanner.Fault("it closes what it has not opened");
        List<PickleValue> items = Take(_stack.Count - _marks.Peek());
        _marks.Pop();
        return items;
    }

    private T Expect<T>(PickleValue value, string action) where T : PickleValue => value as T ?? throw scanner.Fault($"it would {action} a {value.TypeName}");

    private void Protocol(byte version)
    {
        if (version > 5) throw scanner.Fault($"it is of protocol {version}; protocols 0 to 5 are read");
    }

    private PickleValue Recall(uint key) => _memo.TryGetValue(key, out PickleValue? value)
        ? value
        : throw scanner.Fault($"it recalls memo {key}, which it never kept");

    private uint MemoKey(BigInteger key) => key >= 0 && key <= uint.MaxValue ? (uint)key : throw scanner.Fault($"memo {key} is out of range");

    private void StackGlobal()
    {
        PickleValue name = Pop(), module = Pop();
        Push(PickleGlobals.Name(scanner, Expect<PickleString>(module, "import from").Value, Expect<PickleString>(name, "import").Value));
    }

    private void NewObject(bool keywords)
    {
        if (keywords) Pop();
        Pop();
        Push(PickleGlobals.NewObject(Expect<PickleOpaque>(Pop(), "make an instance of")));
    }

    private void Reduce()
    {
        PickleTuple arguments = Expect<PickleTuple>(Pop(), "pass as arguments");
        Push(Call(Pop(), arguments.Items));
    }

    // Python sets __dict__ or calls __setstate__; only an OrderedDict's attributes and a dtype's byte order matter to us.
    private void Build()
    {
        PickleValue state = Pop();
        switch (Top)
        {
            case PickleDict dict when state is PickleDict attributes: dict.Attributes = attributes; break;
            case NumpyDType dtype: dtype.BigEndian = state is PickleTuple { Items: [_, PickleString { Value: ">" }, ..] }; break;
            case PickleOpaque or PickleDict or PickleTensor: break;
            default: throw scanner.Fault($"it would set the state of a {Top.TypeName}");
        }
    }

    private void SetItems(List<PickleValue> items)
    {
        if (items.Count % 2 != 0) throw scanner.Fault("a dict has a key without a value");
        if (Top is PickleOpaque) return;
        PickleDict dict = Expect<PickleDict>(Top, "set items of");
        for (int i = 0; i < items.Count; i += 2) PickleGlobals.SetItem(scanner, dict, items[i], items[i + 1]);
    }

    private void Append(List<PickleValue> items)
    {
        if (Top is not PickleOpaque) Expect<PickleList>(Top, "append to").Items.AddRange(items);
    }

    private void PushDict(List<PickleValue> items)
    {
        Push(new PickleDict());
        SetItems(items);
    }
}
