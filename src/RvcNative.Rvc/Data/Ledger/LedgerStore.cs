using System.Text;
using System.Text.Json;

namespace RvcNative.Rvc.Data;

/// <summary>
/// dataset.json of an experiment and, while it is being made, dataset.journal beside it: a line for every file that is done, so that a run that was cut
/// off goes on behind the last of them. Serves many threads.
/// </summary>
internal sealed class LedgerStore(ExperimentFolder experiment)
{
    private static readonly DataJson s_oneLine = new(new JsonSerializerOptions(DataJson.Default.Options) { WriteIndented = false });
    private readonly Lock _turn = new();

    /// <summary>Null where there is none; one without files, of no settings, where it is damaged. What the journal knows is among the files.</summary>
    internal DatasetLedger? Read()
    {
        DatasetLedger? ledger = RecordFile.Read(experiment.Ledger, DataJson.Default.DatasetLedger, _ => Damaged());
        if (ledger is null || ledger.Format != DatasetLedger.KnownFormat) return ledger is null ? null : Damaged();
        if (!File.Exists(experiment.LedgerJournal)) return ledger;
        LedgerFile[] done = [.. File.ReadLines(experiment.LedgerJournal).Select(FileOf).OfType<LedgerFile>()];
        HashSet<int> numbers = [.. done.Select(file => file.Number)];
        return ledger with { Files = [.. ledger.Files.Where(file => !numbers.Contains(file.Number)), .. done] };

        static DatasetLedger Damaged() => new(new SliceSettings(0, "", 0, false), [], []);
    }

    /// <summary>Writes it whole, and ends the journal.</summary>
    internal void Write(DatasetLedger ledger)
    {
        RecordFile.Write(experiment.Ledger, ledger with { Totals = LedgerTotals.Of(ledger.Files) }, DataJson.Default.DatasetLedger);
        File.Delete(experiment.LedgerJournal);
    }

    /// <summary>Notes a file that is done.</summary>
    internal void Append(LedgerFile file)
    {
        byte[] line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(file, s_oneLine.LedgerFile) + "\n");
        lock (_turn)
        {
            using FileStream journal = new(experiment.LedgerJournal, FileMode.Append, FileAccess.Write, FileShare.Read);
            journal.Write(line);
        }
    }

    internal void Delete()
    {
        File.Delete(experiment.Ledger);
        File.Delete(experiment.LedgerJournal);
    }

    // Null for a line that a kill cut off.
    private static LedgerFile? FileOf(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, s_oneLine.LedgerFile);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
