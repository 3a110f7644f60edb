using System.CommandLine;
using System.Globalization;

namespace RvcNative.Cli.Commands;

/// <summary>An option that takes one whole number or several with commas between: a sweep.</summary>
internal static class WholeNumbers
{
    internal static Option<int[]> Option(string name, string description, int value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => [value],
        CustomParser = result =>
        {
            string text = result.Tokens is [{ Value: string only }] ? only : "";
            int[] numbers = [.. Parse(text)];
            if (numbers.Length == 0) result.AddError($"{name} takes whole numbers with commas between, such as 1,2; '{text}' came");
            return numbers;
        },
    };

    // Nothing when a part is no number.
    private static List<int> Parse(string text)
    {
        List<int> numbers = [];
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)) return [];
            numbers.Add(number);
        }

        return numbers;
    }
}
