using System.Globalization;

namespace RvcNative.Cli.Measuring;

/// <summary>Measured values are told to five digits.</summary>
internal static class Rounded
{
    internal static double Of(double value) => double.Parse(value.ToString("g5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    internal static double? Of(double? value) => value is { } known ? Of(known) : null;
}
