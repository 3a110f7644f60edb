namespace RvcNative.Formats.Pth;

/// <summary>A place in a checkpoint: a value with the file and the keys that led to it, so that a wrong type or a missing key is named in full.</summary>
/// <param name="FilePath">The checkpoint.</param>
/// <param name="Place">Keys from the top, as Python would write them: ['model']['enc_p.emb.weight']; empty at the top.</param>
public readonly record struct PickleNode(string FilePath, string Place, PickleValue Value)
{
    private const int KeysShown = 12;

    /// <summary>Value under a string key of a dict.</summary>
    public PickleNode this[string key] => Get(key);

    /// <summary>Value under an integer key of a dict, or item of a list or tuple.</summary>
    public PickleNode this[int index]
    {
        get
        {
            if (Value is PickleDict)
            {
                return Dict().TryGet(index, out PickleValue? value) ? At(index.ToString(), value) : throw Fault($"has no key {index}");
            }

            IReadOnlyList<PickleValue> items = RawItems();
            return index >= 0 && index < items.Count
                ? At(index.ToString(), items[index])
                : throw Fault($"has {items.Count} items, item {index} is wanted");
        }
    }

    public bool IsNone => Value is PickleNone;

    /// <summary>Keys of a dict that are strings, in order.</summary>
    public IEnumerable<string> Keys => Dict().Entries.Select(entry => entry.Key).OfType<PickleString>().Select(key => key.Value);

    /// <summary>All entries of a dict, in order.</summary>
    public IReadOnlyList<KeyValuePair<PickleValue, PickleNode>> Entries
    {
        get
        {
            PickleNode self = this;
            return [.. Dict().Entries.Select(entry => KeyValuePair.Create(entry.Key, self.At(Show(entry.Key), entry.Value)))];
        }
    }

    /// <summary>Items of a list or tuple.</summary>
    public IReadOnlyList<PickleNode> Items
    {
        get
        {
            PickleNode self = this;
            return [.. RawItems().Select((item, i) => self.At(i.ToString(), item))];
        }
    }

    /// <summary>Value under a string key of a dict.</summary>
    /// <param name="hint">The way out that the message shall show when the key is missing, such as "is this a small voice file?".</param>
    public PickleNode Get(string key, string? hint = null)
    {
        if (TryGet(key, out PickleNode found)) return found;
        List<string> keys = [.. Dict().Entries.Take(KeysShown + 1).Select(entry => Show(entry.Key).Trim('\''))];
        string more = keys.Count > KeysShown ? ", ..." : "";
        string shown = keys.Count == 0 ? "it is empty" : $"found keys {string.Join(", ", keys.Take(KeysShown))}{more}";
        throw Fault($"has no key '{key}'; {(hint is null ? "" : hint + " ")}{shown}");
    }

    public bool TryGet(string key, out PickleNode found)
    {
        bool there = Dict().TryGet(key, out PickleValue? value);
        found = there ? At($"'{key}'", value!) : default;
        return there;
    }

    public PickleDict Dict() => Value as PickleDict ?? throw Wrong("a dict");

    public PickleTensor Tensor() => Value as PickleTensor ?? throw Wrong("a tensor");

    public string String() => (Value as PickleString ?? throw Wrong("a str")).Value;

    public bool Bool() => (Value as PickleBool ?? throw Wrong("a bool")).Value;

    /// <summary>An int of at most 64 bits; a bool counts as 0 or 1, as in Python.</summary>
    public long Int64() => Value switch
    {
        PickleInt number when number.Value >= long.MinValue && number.Value <= long.MaxValue => (long)number.Value,
        PickleBool flag => flag.Value ? 1 : 0,
        _ => throw Wrong("an int of 64 bits"),
    };

    public int Int32() => Int64() is >= int.MinValue and <= int.MaxValue and long value ? (int)value : throw Wrong("an int of 32 bits");

    /// <summary>A float or an int.</summary>
    public double Double() => Value switch
    {
        PickleFloat number => number.Value,
        PickleInt number => (double)number.Value,
        _ => throw Wrong("a number"),
    };

    /// <summary>An exception that names this place, for rules that only the caller knows: "G_1.pth: ['config'] has 17 items, 18 are wanted".</summary>
    public FileFormatException Fault(string problem) => new(FilePath, (Place.Length == 0 ? "the top of the checkpoint" : Place) + " " + problem);

    private IReadOnlyList<PickleValue> RawItems() => Value switch
    {
        PickleList list => list.Items,
        PickleTuple tuple => tuple.Items,
        _ => throw Wrong("a list"),
    };

    private PickleNode At(string step, PickleValue value) => new(FilePath, $"{Place}[{step}]", value);

    private FileFormatException Wrong(string wanted) => Fault($"is {Show(Value)}, {wanted} is wanted");

    private static string Show(PickleValue value) => value switch
    {
        PickleString text => $"'{(text.Value.Length > 40 ? text.Value[..40] + "..." : text.Value)}'",
        PickleInt number => number.Value.ToString(),
        PickleFloat number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        PickleBool flag => flag.Value ? "True" : "False",
        PickleTensor tensor => $"{tensor.DType.TorchName()} [{string.Join(", ", tensor.Shape)}]",
        PickleNone => "None",
        _ => $"a {value.TypeName}",
    };
}
