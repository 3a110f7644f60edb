using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace RvcNative.Cli;

/// <summary>What a command found out, in order: a table on a terminal, plain lines when redirected, one object with --json.</summary>
internal sealed class Facts(string title)
{
    private readonly List<(string Key, object Value)> _facts = [];

    /// <summary>Adds a fact; null is left out.</summary>
    /// <param name="key">In snake_case; the label is made from it.</param>
    /// <param name="value">A text, number, bool, a list of texts or of named numbers.</param>
    internal Facts Add(string key, object? value)
    {
        if (value is not null) _facts.Add((key, value));
        return this;
    }

    internal void WriteJson(Utf8JsonWriter json)
    {
        foreach ((string key, object value) in _facts)
        {
            switch (value)
            {
                case bool flag: json.WriteBoolean(key, flag); break;
                case int number: json.WriteNumber(key, number); break;
                case long number: json.WriteNumber(key, number); break;
                case double number when double.IsFinite(number): json.WriteNumber(key, number); break;
                case IEnumerable<KeyValuePair<string, double>> parts:
                    json.WriteStartObject(key);
                    foreach ((string part, double number) in parts) json.WriteNumber(part, number);
                    json.WriteEndObject();
                    break;
                case IEnumerable<string> list: JsonLine.WriteList(json, key, list); break;
                default: json.WriteString(key, Text(value)); break;
            }
        }
    }

    /// <summary>As one JSON object, or for people.</summary>
    internal void Write(TextWriter output, bool json)
    {
        if (json) JsonLine.Write(output, WriteJson);
        else Print(output);
    }

    internal void Print(TextWriter output)
    {
        if (!Terminal.Is(output))
        {
            output.WriteLine(title);
            foreach ((string key, object value) in _facts) output.WriteLine($"  {Label(key)}: {Text(value)}");
            return;
        }

        Table table = new Table().RoundedBorder().Title(Markup.Escape(title)).HideHeaders().AddColumns("", "");
        foreach ((string key, object value) in _facts) table.AddRow(Markup.Escape(Label(key)), Markup.Escape(Text(value)));
        Terminal.Console(output).Write(table);
    }

    // Names of others (curves, extra keys) are shown as they are.
    private static string Label(string key) => key.AsSpan().IndexOfAny(' ', '.') < 0 ? key.Replace('_', ' ') : key;

    private static string Text(object value) => value switch
    {
        bool flag => flag ? "yes" : "no",
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        long number => number.ToString("N0", CultureInfo.InvariantCulture),
        double number => number.ToString("g6", CultureInfo.InvariantCulture),
        IEnumerable<KeyValuePair<string, double>> parts => string.Join(", ", parts.Select(part => $"{part.Key} {Text(part.Value)}")),
        IEnumerable<string> list => string.Join(", ", list),
        _ => value.ToString() ?? "",
    };
}
