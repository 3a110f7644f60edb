namespace RvcNative.Rvc.Data;

/// <summary>Sums of a ledger in seconds; input is the sum of the others.</summary>
/// <param name="Dropped">By reason, in the spelling of the file; slices that are left out are among them.</param>
public sealed record LedgerTotals(double InputSeconds, double TrainSeconds, double HeldOutSeconds, IReadOnlyDictionary<string, double> Dropped)
{
    public double DroppedSeconds => Dropped.Values.Sum();

    /// <summary>Of some of a ledger's files.</summary>
    public static LedgerTotals Of(IEnumerable<LedgerFile> files)
    {
        double input = 0, train = 0, heldOut = 0;
        SortedDictionary<string, double> dropped = new(StringComparer.Ordinal);
        foreach (LedgerFile file in files)
        {
            input += file.Seconds;
            foreach (LedgerDrop drop in file.Dropped) Add(drop.Reason, file.SecondsOf(drop.Samples));
            foreach (LedgerSlice slice in file.Slices)
            {
                double seconds = file.SecondsOf(slice.Samples);
                if (slice.Use == SliceUse.Train) train += seconds;
                else if (slice.Use == SliceUse.HeldOut) heldOut += seconds;
                else Add(slice.Reason ?? DropReason.NotExtracted, seconds);
            }
        }

        return new LedgerTotals(input, train, heldOut, dropped);

        void Add(DropReason reason, double seconds)
        {
            string name = SnakeCaseEnum<DropReason>.Spell(reason);
            dropped[name] = dropped.GetValueOrDefault(name) + seconds;
        }
    }
}
