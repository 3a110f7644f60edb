namespace RvcNative.Rvc.Data;

/// <summary>Notes in the ledger what later stages make of the slices; a folder without a ledger (mainline's, Applio's) is left alone.</summary>
internal static class LedgerUses
{
    /// <summary>Slices that have no pitch or features are left out; those that were and now have them are trained on.</summary>
    internal static void NoteExtraction(ExperimentFolder experiment, IReadOnlyList<SkippedClip> skipped)
    {
        Dictionary<string, string> reasons = skipped.ToDictionary(clip => clip.Name, clip => clip.Reason);
        Note(experiment, (_, slice) => reasons.TryGetValue(slice.Name, out string? reason)
            ? slice with { Use = SliceUse.LeftOut, Reason = DropReason.NotExtracted, Message = reason }
            : slice.Reason == DropReason.NotExtracted ? slice with { Use = SliceUse.Train, Reason = null, Message = null } : slice);
    }

    /// <summary>Slices that a training holds out, that lie beside those, or that it does not take; all others that were such are trained on.</summary>
    /// <param name="uses">By name.</param>
    /// <param name="excluded">By name.</param>
    internal static void NoteTraining(ExperimentFolder experiment, IReadOnlyDictionary<string, SliceUse> uses, IReadOnlyDictionary<string, SkippedClip> excluded) =>
        Note(experiment, (_, slice) =>
        {
            if (excluded.TryGetValue(slice.Name, out SkippedClip? clip))
                return slice.Use == SliceUse.LeftOut && slice.Reason != DropReason.BesideHeldOut ? slice
                    : slice with { Use = SliceUse.LeftOut, Reason = DropReason.NotExtracted, Message = clip.Reason };
            if (!uses.TryGetValue(slice.Name, out SliceUse use)) return slice;
            return slice with { Use = use, Reason = use == SliceUse.LeftOut ? DropReason.BesideHeldOut : null, Message = null };
        });

    /// <param name="useOf">The slice as it is now to be.</param>
    internal static void Note(ExperimentFolder experiment, Func<LedgerFile, LedgerSlice, LedgerSlice> useOf)
    {
        LedgerStore store = new(experiment);
        if (store.Read() is not { Complete: true } ledger) return;
        DatasetLedger noted = ledger.WithUses(useOf);
        if (noted != ledger) store.Write(noted);
    }
}
