using System.CommandLine.Parsing;
using System.Globalization;

namespace RvcNative.Cli;

/// <summary>An amount of memory on the command line: a number and its unit, M, MiB, G or GiB.</summary>
internal static class MemorySize
{
    internal static long? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        string number = text.TrimEnd('i', 'I', 'b', 'B', 'm', 'M', 'g', 'G'), unit = text[number.Length..].ToUpperInvariant();
        int shift = unit switch
        {
            "M" or "MB" or "MIB" => 20,
            "G" or "GB" or "GIB" => 30,
            _ => 0,
        };
        if (shift > 0 && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double amount) && amount is > 0 and < 1e6)
        {
            return (long)(amount * (1L << shift));
        }

        result.AddError($"'{text}' is no amount of memory; give a number with its unit, such as 3GiB or 2500MiB");
        return null;
    }
}
