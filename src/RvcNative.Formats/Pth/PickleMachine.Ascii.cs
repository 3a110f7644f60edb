using System.Globalization;
using System.Text.RegularExpressions;

namespace RvcNative.Formats.Pth;

/// <summary>The opcodes of protocols 0 and 1, most of which protocol 2 still uses.</summary>
internal sealed partial class PickleMachine
{
    private void AsciiOpcode(char opcode)
    {
        switch (opcode)
        {
            case '(': _marks.Push(_stack.Count); break;
            case '0' when _stack.Count == Floor && _marks.Count > 0: _marks.Pop(); break;
            case '0': Pop(); break;
            case '1': TakeMarked(); break;
            case '2': Push(Top); break;
            case 'N': Push(PickleNone.Instance); break;
            case 'I': PushLineInt(); break;
            case 'L': Push(new PickleInt(scanner.LineInt())); break;
            case 'J': Push(new PickleInt(scanner.Int32())); break;
            case 'K': Push(new PickleInt(scanner.Byte())); break;
            case 'M': Push(new PickleInt(scanner.UInt16())); break;
            case 'F': Push(new PickleFloat(scanner.LineDouble())); break;
            case 'G': Push(new PickleFloat(scanner.DoubleBigEndian())); break;
            case 'S': Push(new PickleString(Quoted(scanner.EscapedLine()))); break;
            case 'T': Push(new PickleString(scanner.Text(scanner.Int32()))); break;
            case 'U': Push(new PickleString(scanner.Text(scanner.Byte()))); break;
            case 'V': Push(new PickleString(Unescape(scanner.EscapedLine(), UnicodeEscape()))); break;
            case 'X': Push(new PickleString(scanner.Text(scanner.UInt32()))); break;
            case 'B': Push(new PickleBytes(scanner.Bytes(scanner.UInt32()))); break;
            case 'C': Push(new PickleBytes(scanner.Bytes(scanner.Byte()))); break;
            case ')': Push(new PickleTuple()); break;
            case 't': PushTuple(TakeMarked()); break;
            case ']': Push(new PickleList()); break;
            case 'l': Push(new PickleList(TakeMarked())); break;
            case '}': Push(new PickleDict()); break;
            case 'd': PushDict(TakeMarked()); break;
            case 'a': Append(Take(1)); break;
            case 'e': Append(TakeMarked()); break;
            case 's': SetItems(Take(2)); break;
            case 'u': SetItems(TakeMarked()); break;
            case 'b': Build(); break;
            case 'c': Push(PickleGlobals.Name(scanner, scanner.Line(), scanner.Line())); break;
            case 'R': Reduce(); break;
            case 'i': Instance(PickleGlobals.Name(scanner, scanner.Line(), scanner.Line()), TakeMarked()); break;
            case 'o': ObjectOfMarked(TakeMarked()); break;
            case 'p': _memo[MemoKey(scanner.LineInt())] = Top; break;
            case 'q': _memo[scanner.Byte()] = Top; break;
            case 'r': _memo[scanner.UInt32()] = Top; break;
            case 'g': Push(Recall(MemoKey(scanner.LineInt()))); break;
            case 'h': Push(Recall(scanner.Byte())); break;
            case 'j': Push(Recall(scanner.UInt32())); break;
            case 'Q': Push(persistent(Expect<PickleTuple>(Pop(), "take as the id of a storage"))); break;
            default: throw scanner.Fault($"it uses opcode 0x{(int)opcode:X2}, which no checkpoint needs");
        }
    }

    [GeneratedRegex(@"\\u(?<hex>[0-9a-fA-F]{4})|\\U(?<hex>000[0-9a-fA-F]{5}|0010[0-9a-fA-F]{4})")]
    private static partial Regex UnicodeEscape();

    [GeneratedRegex(@"\\x(?<hex>[0-9a-fA-F]{2})|\\(?<letter>[\\'""nrt])")]
    private static partial Regex StringEscape();

    // Protocol 0 writes True and False as the ints 01 and 00.
    private void PushLineInt()
    {
        string line = scanner.Line();
        if (line is "00" or "01") Push(new PickleBool(line == "01"));
        else if (long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)) Push(new PickleInt(value));
        else throw scanner.Fault($"'{line[..Math.Min(40, line.Length)]}' is not an int");
    }

    private string Quoted(string line) => line.Length >= 2 && line[0] is '\'' or '"' && line[^1] == line[0]
        ? Unescape(line[1..^1], StringEscape())
        : throw scanner.Fault("a text has no quotes");

    private static string Unescape(string text, Regex escapes) => escapes.Replace(text, match => match.Groups["letter"].Value switch
    {
        "" => CodePoint(match.Groups["hex"].Value),
        "n" => "\n",
        "r" => "\r",
        "t" => "\t",
        string letter => letter,
    });

    private static string CodePoint(string hex)
    {
        int value = int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return value <= char.MaxValue ? ((char)value).ToString() : char.ConvertFromUtf32(value);
    }

    // Old-style classes: INST and OBJ call the class when it takes arguments, else make an instance without a call.
    private void Instance(PickleOpaque type, List<PickleValue> arguments) =>
        Push(arguments.Count == 0 ? PickleGlobals.NewObject(type) : Call(type, arguments));

    private void ObjectOfMarked(List<PickleValue> items)
    {
        if (items.Count == 0) throw scanner.Fault("it makes an instance of nothing");
        Instance(Expect<PickleOpaque>(items[0], "make an instance of"), items[1..]);
    }
}
