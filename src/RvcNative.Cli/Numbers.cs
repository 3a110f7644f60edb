using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace RvcNative.Cli;

/// <summary>What options that take a number refuse.</summary>
internal static class Numbers
{
    /// <summary>Refuses a comma: 3,5 would else be 35, for to .NET it groups digits.</summary>
    internal static void WithPoint<T>(Option<T> option) => option.Validators.Add(result => _ = Read(result, option));

    /// <summary>Refuses what lies outside a range, and a comma.</summary>
    /// <param name="most"><see cref="int.MaxValue"/> for no bound.</param>
    internal static void Within<T>(Option<T> option, double least, double most) => option.Validators.Add(result =>
    {
        if (Read(result, option) is not { } value || (value >= least && value <= most)) return;
        string range = most == int.MaxValue ? FormattableString.Invariant($"{least} or more") : FormattableString.Invariant($"from {least} to {most}");
        result.AddError($"{option.Name} {result.Tokens[0].Value} is out of range; it is {range}.");
    });

    // Null for nothing, and for what is no number, which the parser refuses itself.
    private static double? Read(OptionResult result, Option option)
    {
        if (result.Tokens is not [{ Value: string text }]) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) return value;
        if (text.Contains(',', StringComparison.Ordinal)) result.AddError($"{option.Name} {text}: a number is written with a point, such as 3.5.");
        return null;
    }
}
