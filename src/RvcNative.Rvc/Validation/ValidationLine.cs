using System.Globalization;

namespace RvcNative.Rvc.Validation;

/// <summary>Figures of a save for a reader: mean, spread over clips, and the way since the save before.</summary>
internal static class ValidationLine
{
    internal static string Of(SetFigures now, SetFigures? before, int epoch)
    {
        string set = now.Set == ValidationSets.HeldOut ? "held out" : "foreign clip";
        string clips = now.Clips == 1 ? "1 clip" : $"{now.Clips} clips";
        string?[] parts =
        [
            Part("mel", 3, now.MelL1, before?.MelL1), Part("stft", 2, now.Stft, before?.Stft), Part("pitch", 0, now.F0Cents, before?.F0Cents, " cents"),
            Part("voicing", 1, Percent(now.Vuv), Percent(before?.Vuv), "%"),
        ];
        return $"validation at epoch {epoch}, {set} ({clips}): {string.Join(", ", parts.OfType<string>())}";
    }

    private static string? Part(string name, int digits, Spread? now, Spread? before, string unit = "")
    {
        if (now is not { } value) return null;
        string way = before is { } earlier ? $" ({Signed(value.Mean - earlier.Mean)})" : "";
        return $"{name} {Text(value.Mean)} ±{Text(value.Sd)}{unit}{way}";

        string Text(double figure) => figure.ToString($"f{digits}", CultureInfo.InvariantCulture);

        string Signed(double change)
        {
            double rounded = Math.Round(change, digits, MidpointRounding.AwayFromZero);
            return (rounded < 0 ? "-" : "+") + Text(Math.Abs(rounded));
        }
    }

    private static Spread? Percent(Spread? share) => share is { } value ? new Spread(100 * value.Mean, 100 * value.Sd) : null;
}
