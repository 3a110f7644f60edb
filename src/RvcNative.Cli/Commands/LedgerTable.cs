using System.Globalization;
using System.Text;
using RvcNative.Rvc.Data;

namespace RvcNative.Cli.Commands;

/// <summary>The ledger of a data set for a reader: what is odd file by file, then a table whose columns add up to what went in.</summary>
internal static class LedgerTable
{
    private const int Shown = 40, NumberWidth = 9;

    internal static void Print(PreprocessReport report, StatusLine line)
    {
        DatasetLedger ledger = report.Ledger;
        if (report.Replaced is { } replaced) line.Print($"slices of an earlier run were replaced: {replaced}");
        foreach (string ignored in ledger.Ignored.Take(Shown)) line.Print($"not audio by its name: {ignored}");
        string[] odd = [.. ledger.Files.SelectMany(Oddities)];
        foreach (string each in odd.Take(Shown)) line.Print(each);
        if (odd.Length > Shown) line.Print($"and {odd.Length - Shown} more lines like these; all are in dataset.json");
        if (ledger.Note is { } note) line.Print(note);
        foreach (string row in Rows(ledger)) line.Print(row);
        int cut = ledger.Files.Count - report.KeptFiles;
        string all = $"{report.Slices} slices of {ledger.Files.Count} files";
        line.Print(report.Reused
            ? $"{all} were there already"
            : $"{all}: {cut} files were looked at, {report.KeptFiles} had their slices already, {report.RemovedFiles} stage files of earlier runs are gone");
    }

    private static IEnumerable<string> Oddities(LedgerFile file)
    {
        if (file.Message is { } message) yield return $"not used: {file.File}: {message}";
        else if (file.Reason is { } reason) yield return $"not used: {file.File}: no slice of use, most of it is {Spelled(reason)}";
        else if (file.IsClipped) yield return Text($"clipped: {file.File}: {100 * file.ClippedShare:f2}% of its samples are at full scale");
        if (file.Reason is not null) yield break;
        foreach (LedgerDrop drop in file.Dropped.Where(drop => drop.Reason != DropReason.Silence))
        {
            double seconds = (double)drop.Samples / file.SampleRateHz, at = (double)drop.Start / file.SampleRateHz;
            yield return Text($"dropped: {file.File} at {at:f2} s: {seconds:f2} s, {Spelled(drop.Reason)}");
        }
    }

    // A row for each speaker, and one for all of several.
    private static IEnumerable<string> Rows(DatasetLedger ledger)
    {
        string[] reasons = [.. LedgerTotals.Of(ledger.Files).Dropped.Keys];
        string[] titles = ["input", "to train on", "held out", .. reasons.Select(reason => reason.Replace('_', ' '))];
        int[] widths = [.. titles.Select(title => Math.Max(title.Length, NumberWidth))];
        yield return Row("seconds", "files", titles, widths);
        foreach (LedgerSpeaker speaker in ledger.Speakers)
            yield return Sums(ledger.Files.Where(file => file.Speaker == speaker.Id), speaker.Name is null ? $"speaker {speaker.Id}" : $"{speaker.Id} {speaker.Name}");
        if (ledger.Speakers.Count > 1) yield return Sums(ledger.Files, "all");

        string Sums(IEnumerable<LedgerFile> files, string title)
        {
            LedgerFile[] own = [.. files];
            LedgerTotals totals = LedgerTotals.Of(own);
            double[] seconds = [totals.InputSeconds, totals.TrainSeconds, totals.HeldOutSeconds, .. reasons.Select(reason => totals.Dropped.GetValueOrDefault(reason))];
            return Row(title, $"{own.Length}", [.. seconds.Select(value => Text($"{value:f1}"))], widths);
        }
    }

    // The first value is the sum of the others.
    private static string Row(string title, string files, string[] values, int[] widths)
    {
        StringBuilder row = new($"{title,-16}{files,7}");
        for (int i = 0; i < values.Length; i++) row.Append(i switch { 0 => "  ", 1 => " = ", _ => " + " }).Append(values[i].PadLeft(widths[i]));
        return row.ToString();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // TooShort is "too short".
    private static string Spelled(DropReason reason) => string.Concat(reason.ToString().Select((letter, i) => (char.IsUpper(letter) && i > 0 ? " " : "") + char.ToLowerInvariant(letter)));
}
