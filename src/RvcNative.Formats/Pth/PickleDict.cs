using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace RvcNative.Formats.Pth;

/// <summary>A dict or, if <paramref name="ordered"/>, a collections.OrderedDict. Both keep the order in which keys came.</summary>
public sealed class PickleDict(bool ordered = false) : PickleValue
{
    private readonly List<KeyValuePair<PickleValue, PickleValue>> _entries = [];
    private readonly Dictionary<object, int> _places = [];

    public bool Ordered => ordered;

    public override string TypeName => ordered ? "OrderedDict" : "dict";

    public IReadOnlyList<KeyValuePair<PickleValue, PickleValue>> Entries => _entries;

    /// <summary>Attributes that hang on an OrderedDict, as a state_dict's _metadata does; kept on a round trip.</summary>
    public PickleDict? Attributes { get; set; }

    /// <summary>Value of a string key; setting an existing key keeps its place.</summary>
    public PickleValue this[string key]
    {
        get => TryGet(key, out PickleValue? value) ? value : throw new KeyNotFoundException($"no key '{key}'");
        set => Set(new PickleString(key), value);
    }

    /// <summary>Value of an integer key, as in an optimiser's state.</summary>
    public PickleValue this[int key]
    {
        get => TryGet(key, out PickleValue? value) ? value : throw new KeyNotFoundException($"no key {key}");
        set => Set(new PickleInt(key), value);
    }

    public bool TryGet(string key, [NotNullWhen(true)] out PickleValue? value)
    {
        value = _places.TryGetValue(key, out int place) ? _entries[place].Value : null;
        return value is not null;
    }

    public bool TryGet(int key, [NotNullWhen(true)] out PickleValue? value)
    {
        value = _places.TryGetValue(new BigInteger(key), out int place) ? _entries[place].Value : null;
        return value is not null;
    }

    /// <summary>Sets any key that Python could hash.</summary>
    /// <exception cref="ArgumentException">The key is a list, a dict or a tensor.</exception>
    public void Set(PickleValue key, PickleValue value)
    {
        if (key is PickleList or PickleDict or PickleTensor) throw new ArgumentException($"A {key.TypeName} cannot be a key.", nameof(key));
        KeyValuePair<PickleValue, PickleValue> entry = new(key, value);
        if (Identity(key) is not { } identity)
        {
            _entries.Add(entry);
        }
        else if (_places.TryGetValue(identity, out int place))
        {
            _entries[place] = entry;
        }
        else
        {
            _places.Add(identity, _entries.Count);
            _entries.Add(entry);
        }
    }

    // Keys of other types (float, tuple, ...) are rare and kept as they come.
    private static object? Identity(PickleValue key) => key switch
    {
        PickleString text => text.Value,
        PickleInt number => number.Value,
        PickleBool flag => flag.Value,
        PickleNone none => none,
        _ => null,
    };
}
