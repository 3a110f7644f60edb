namespace RvcNative.Rvc.Data;

/// <summary>Says why none of the recordings became a slice.</summary>
internal static class NothingOfUse
{
    private const int Shown = 3;

    internal static string Explain(string source, DatasetLedger ledger)
    {
        LedgerFile[] explained = [.. ledger.Files.Where(file => file.Message is not null)], others = [.. ledger.Files.Where(file => file.Message is null)];
        List<string> reasons = [.. explained.Take(Shown).Select(file => file.Message!)];
        if (explained.Length > Shown) reasons.Add($"{explained.Length - Shown} more are of no use either.");
        if (others.Length > 0) reasons.Add($"{others.Length} hold no slice of use: {Dropped(others)}.");
        reasons.Add("Speech well above -42 dB is wanted.");
        return $"'{source}': none of its {ledger.Files.Count} recordings can be used. {string.Join(' ', reasons)}";
    }

    private static string Dropped(LedgerFile[] files) => string.Join(", ", LedgerTotals.Of(files).Dropped.Select(drop => drop.Key switch
    {
        "too_loud" => $"{drop.Value:F2} s have a peak above the limit of 2.5 (full scale is 1; the largest is {files.Max(file => file.Peak):G3})",
        "too_short" => $"{drop.Value:F2} s are shorter than 25 ms a piece",
        _ => $"{drop.Value:F1} s: {drop.Key.Replace('_', ' ')}",
    }));
}
