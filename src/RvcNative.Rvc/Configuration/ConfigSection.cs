using System.Text.Json;

namespace RvcNative.Rvc.Configuration;

/// <summary>A JSON object whose missing or wrong keys become clear errors.</summary>
internal readonly struct ConfigSection
{
    private readonly string _file, _name;
    private readonly JsonElement _element;

    internal ConfigSection(string file, string name, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new ConfigException(file, $"{(name.Length == 0 ? "the top" : name)} is {Kind(element)}, not an object {{…}}");
        }

        (_file, _name, _element) = (file, name, element);
    }

    internal ConfigSection Section(string key) => new(_file, key, Get(key));

    internal bool Has(string key) => _element.TryGetProperty(key, out _);

    internal string Text(string key) => Get(key) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Wrong(key, "a text");

    internal double Number(string key) => Get(key) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : throw Wrong(key, "a number");

    internal double? NumberOrNull(string key) => Get(key).ValueKind == JsonValueKind.Null ? null : Number(key);

    internal int Positive(string key) =>
        Get(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number) && number > 0 ? number : throw Wrong(key, "a whole number above 0");

    internal int Positive(string key, int otherwise) => Has(key) ? Positive(key) : otherwise;

    internal IReadOnlyList<double> Numbers(string key)
    {
        List<double> numbers = [];
        foreach (JsonElement item in Items(key, Get(key)))
        {
            if (item.ValueKind != JsonValueKind.Number) throw Wrong(key, "a list of numbers");
            numbers.Add(item.GetDouble());
        }

        return numbers;
    }

    internal IReadOnlyList<int> Integers(string key) => Integers(key, Get(key));

    internal IReadOnlyList<IReadOnlyList<int>> IntegerLists(string key)
    {
        List<IReadOnlyList<int>> lists = [];
        foreach (JsonElement item in Items(key, Get(key))) lists.Add(Integers(key, item));
        return lists;
    }

    internal ConfigException Fault(string key, string problem) => new(_file, $"{_name}.{key} {problem}");

    private List<int> Integers(string key, JsonElement element)
    {
        List<int> integers = [];
        foreach (JsonElement item in Items(key, element))
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt32(out int value) || value <= 0) throw Wrong(key, "a list of whole numbers above 0");
            integers.Add(value);
        }

        return integers;
    }

    private JsonElement.ArrayEnumerator Items(string key, JsonElement element) =>
        element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0 ? element.EnumerateArray() : throw Wrong(key, "a list that is not empty");

    private JsonElement Get(string key) => _element.TryGetProperty(key, out JsonElement value)
        ? value
        : throw new ConfigException(_file, $"has no key {(_name.Length == 0 ? key : $"{_name}.{key}")}; mainline's configs/ show all that are wanted");

    private ConfigException Wrong(string key, string wanted) => Fault(key, $"is {Kind(Get(key))}, not {wanted}");

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null => element.ValueKind.ToString().ToLowerInvariant(),
        _ => element.GetRawText(),
    };
}
