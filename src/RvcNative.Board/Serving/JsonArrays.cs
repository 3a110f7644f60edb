using System.Text.Json;

namespace RvcNative.Board.Serving;

/// <summary>Arrays of objects in answers.</summary>
internal static class JsonArrays
{
    /// <summary>"name": one object an item, whose members <paramref name="write"/> writes.</summary>
    internal static void Array<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
