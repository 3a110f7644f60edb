using RvcNative.Audio;

namespace RvcNative.Rvc.Data;

/// <summary>Turns chunks at the training rate into a recording's entries of the ledger, in samples of its own rate.</summary>
internal static class SliceTable
{
    /// <summary>Every sample in the first slice that has it, else in a drop: by the chunk's reason, or as silence between chunks.</summary>
    /// <param name="drops">Of each chunk, null where it was written.</param>
    /// <param name="samples">Of the recording at the training rate.</param>
    internal static LedgerFile Fill(LedgerFile file, IReadOnlyList<PlannedChunk> chunks, IReadOnlyList<DropReason?> drops, int samples, int sampleRateHz)
    {
        List<LedgerSlice> slices = [];
        List<LedgerDrop> dropped = [];
        int done = 0;
        for (int i = 0; i < chunks.Count; i++)
        {
            SampleRange range = chunks[i].Range;
            Drop(range.Start, DropReason.Silence);
            int own = Math.Max(done, range.Start);
            if (drops[i] is { } reason)
            {
                // What a dropped chunk shares with a slice after it is the slice's.
                bool nextIsSlice = i + 1 < chunks.Count && drops[i + 1] is null;
                Drop(nextIsSlice ? Math.Min(range.End, chunks[i + 1].Range.Start) : range.End, reason);
                continue;
            }

            DropReason? unfit = ClipLength.Misfit(range.Length, sampleRateHz);
            slices.Add(new LedgerSlice(
                chunks[i].Name(file.Number), Source(range.Start), Source(range.End), Source(Math.Max(own, range.End)) - Source(own),
                unfit is null ? SliceUse.Train : SliceUse.LeftOut, unfit));
            done = Math.Max(done, range.End);
        }

        Drop(samples, DropReason.Silence);
        return file with { Slices = slices, Dropped = dropped, Reason = slices.Count == 0 ? MainReason(dropped) : null };

        void Drop(int end, DropReason reason)
        {
            if (end <= done) return;
            dropped.Add(new LedgerDrop(Source(done), Source(end), Source(end) - Source(done), reason));
            done = end;
        }

        // Bounds of stretches go over one by one, so what was whole before is whole after; the last one is the recording's end.
        long Source(int place) => place >= samples ? file.Samples : Math.Min(file.Samples, (long)place * file.SampleRateHz / sampleRateHz);
    }

    private static DropReason? MainReason(List<LedgerDrop> dropped) => dropped.Count == 0 ? DropReason.Silence : dropped.MaxBy(drop => drop.Samples)!.Reason;
}
