using System.Globalization;

namespace RvcNative.Cli;

/// <summary>How long work still takes, on a status line.</summary>
internal static class TimeLeft
{
    /// <summary>3:07, 2:15:00 or 1.5 days.</summary>
    internal static string Text(TimeSpan left) => left.TotalDays >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{left.TotalDays:f1} days")
        : left.ToString(left.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
