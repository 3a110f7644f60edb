using System.Globalization;
using System.Text.Json;
using RvcNative.Formats.Pth;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>Plain values of a checkpoint as JSON, where they are compared or kept beside tensors.</summary>
internal static class PickleText
{
    /// <summary>Whether JSON can say a value, which it cannot of tensors and foreign objects.</summary>
    internal static bool IsPlain(PickleValue value) => value switch
    {
        PickleString or PickleInt or PickleBool or PickleNone => true,
        PickleFloat number => double.IsFinite(number.Value),
        PickleList list => list.Items.All(IsPlain),
        PickleTuple tuple => tuple.Items.All(IsPlain),
        PickleDict dict => dict.Entries.All(entry => entry.Key is PickleString && IsPlain(entry.Value)),
        _ => false,
    };

    /// <summary>One line of JSON; of what it cannot say, the type's name.</summary>
    internal static string Of(PickleValue value)
    {
        if (!IsPlain(value)) return value.TypeName;
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream)) Write(json, value);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    internal static void Write(Utf8JsonWriter json, PickleValue value)
    {
        switch (value)
        {
            case PickleString text: json.WriteStringValue(text.Value); break;
            case PickleInt number: json.WriteRawValue(number.Value.ToString(CultureInfo.InvariantCulture)); break;
            case PickleFloat number: json.WriteRawValue(Float(number.Value)); break;
            case PickleBool flag: json.WriteBooleanValue(flag.Value); break;
            case PickleList list: WriteList(json, list.Items); break;
            case PickleTuple tuple: WriteList(json, tuple.Items); break;
            case PickleDict dict:
                json.WriteStartObject();
                foreach ((PickleValue key, PickleValue item) in dict.Entries)
                {
                    json.WritePropertyName(((PickleString)key).Value);
                    Write(json, item);
                }

                json.WriteEndObject();
                break;
            default: json.WriteNullValue(); break;
        }
    }

    /// <summary>The value that <see cref="Write"/> wrote; a tuple comes back as a list.</summary>
    internal static PickleValue Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Number when json.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') >= 0 => json.GetDouble(),
        JsonValueKind.Number => json.GetInt64(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => new PickleList(json.EnumerateArray().Select(Read)),
        JsonValueKind.Object => ReadDict(json),
        _ => PickleNone.Instance,
    };

    private static PickleDict ReadDict(JsonElement json)
    {
        PickleDict dict = new();
        foreach (JsonProperty entry in json.EnumerateObject()) dict[entry.Name] = Read(entry.Value);
        return dict;
    }

    private static void WriteList(Utf8JsonWriter json, IEnumerable<PickleValue> items)
    {
        json.WriteStartArray();
        foreach (PickleValue item in items) Write(json, item);
        json.WriteEndArray();
    }

    // A float keeps its point, so that it is one when it is read again.
    private static string Float(double value)
    {
        string text = value.ToString("r", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }
}
