using RvcNative.Audio;
using RvcNative.Rvc.Configuration;

namespace RvcNative.Rvc.Data;

/// <summary>
/// The stage "preprocess": a folder of recordings becomes logs/NAME/0_gt_wavs and 1_16k_wavs, as mainline's train/preprocess.py, except that no slice
/// overwrites another, that folders are speakers, and that dataset.json says what became of every sample. Slices belong to a content and to settings: those
/// that would be made again stay, all others go. Names and bytes do not depend on the number of threads.
/// </summary>
public static class Preprocessor
{
    /// <summary>Cuts what is not cut yet. An interrupted run goes on where it stopped.</summary>
    /// <exception cref="TrainingDataException">No recordings, none of use, chunks of another program are in the way, or the disk is full.</exception>
    public static PreprocessReport Run(
        string dataFolder, ExperimentFolder experiment, PreprocessOptions options,
        IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Speaker < 0) throw new TrainingDataException($"Speaker {options.Speaker} is below 0.");
        return Run(dataFolder, RecordingSet.Find(dataFolder, options.Speaker, options.OneSpeaker), experiment, options, progress, cancellation);
    }

    /// <param name="source">What the recordings are of, for messages.</param>
    internal static PreprocessReport Run(
        string source, RecordingSet recordings, ExperimentFolder experiment, PreprocessOptions options, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        if (!Presets.SampleRatesHz.Values.Contains(options.SampleRateHz))
            throw new TrainingDataException($"A voice cannot have {options.SampleRateHz} Hz; choose 24k, 32k, 40k or 48k.");
        if (options.Slicing != SlicingMode.None && options.ChunkSeconds is not (>= PreprocessOptions.LeastChunkSeconds and <= PreprocessOptions.MostChunkSeconds))
        {
            throw new TrainingDataException(
                $"Slices of {options.ChunkSeconds} s cannot be trained on; choose from {PreprocessOptions.LeastChunkSeconds} to {PreprocessOptions.MostChunkSeconds} s.");
        }

        LedgerStore store = new(experiment);
        DatasetLedger? before = store.Read();
        string? replaced = before is null ? RefuseForeignChunks(experiment, options.Overwrite) : WhyReplaced(before, options.Settings);
        FileContent[] contents = new FileContent[recordings.Recordings.Count];
        Workers.ForEach(
            Enumerable.Range(0, contents.Length), options.Threads, i => contents[i] = FileContent.Of(recordings.PathOf(recordings.Recordings[i])), cancellation);
        SlicePlan plan = SlicePlan.Of(experiment, recordings.Recordings, contents, replaced is null && before is not null ? before.Files : []);
        DatasetLedger ledger = new(options.Settings, recordings.Speakers, [.. plan.Kept.Values])
        {
            Ignored = recordings.Ignored,
            Note = recordings.Note,
        };
        if (before is not null && replaced is null && IsSame(before, ledger, plan, experiment))
            return new PreprocessReport(before) { KeptFiles = plan.Kept.Count, RemovedFiles = 0, Reused = true };

        int removed = 0;
        DiskSpace.Guard(experiment.Root, () =>
        {
            // First the ledger forgets what is to go, then the files go: an entry never names files that are not its own.
            Directory.CreateDirectory(experiment.Waves);
            Directory.CreateDirectory(experiment.Waves16k);
            store.Write(ledger);
            removed = StageFiles.DeleteOthers(experiment, ledger.Slices.Select(each => each.Slice));
            if (removed > 0) File.Delete(experiment.FileList);
            if (plan.Kept.Count == 0) File.Delete(experiment.ExtractRecord);
            File.Delete(experiment.EarlierRecord);
            IReadOnlyDictionary<int, LedgerFile> cut = CutAll(experiment, store, recordings, plan, options, progress, cancellation);
            ledger = ledger with { Complete = true, Files = [.. Enumerable.Range(0, contents.Length).Select(i => EntryOf(i, plan, cut))] };
            if (before is null || replaced is not null || !NamesOf(before).SequenceEqual(NamesOf(ledger))) File.Delete(experiment.FileList);
            if (ledger.Slices.Any()) store.Write(ledger);
            else store.Delete();
        });
        if (!ledger.Slices.Any()) throw new TrainingDataException(NothingOfUse.Explain(source, ledger));
        return new PreprocessReport(ledger) { KeptFiles = plan.Kept.Count, RemovedFiles = removed, Replaced = replaced };

        static IEnumerable<(string, int)> NamesOf(DatasetLedger ledger) => ledger.Slices.Select(each => (each.Slice.Name, each.File.Speaker)).Order();
    }

    private static IReadOnlyDictionary<int, LedgerFile> CutAll(
        ExperimentFolder experiment, LedgerStore store, RecordingSet recordings, SlicePlan plan, PreprocessOptions options,
        IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        RecordingCutter cutter = new(experiment, recordings, options);
        int threads = Workers.Count(options.Threads), threadsEach = Math.Max(1, threads / Math.Max(1, plan.ToCut.Count)), done = 0;
        Dictionary<int, LedgerFile> cut = [];
        Workers.ForEach(plan.ToCut, threads, each =>
        {
            (int place, LedgerFile blank) = each;
            LedgerFile file = blank.Reason is null ? cutter.Cut(recordings.Recordings[place], blank, threadsEach, cancellation) : blank;
            store.Append(file);
            lock (cut) cut.Add(place, file);
            progress?.Report(new StageProgress("preprocess", Interlocked.Increment(ref done), plan.ToCut.Count, file.File));
        }, cancellation);
        return cut;
    }

    private static LedgerFile EntryOf(int place, SlicePlan plan, IReadOnlyDictionary<int, LedgerFile> cut)
    {
        if (plan.Kept.TryGetValue(place, out LedgerFile? kept)) return kept;
        if (!plan.Duplicates.TryGetValue(place, out (LedgerFile Blank, int First) duplicate)) return cut[place];
        LedgerFile first = EntryOf(duplicate.First, plan, cut);
        LedgerFile own = duplicate.Blank with { SampleRateHz = first.SampleRateHz, Samples = first.Samples, Peak = first.Peak, ClippedShare = first.ClippedShare };
        return own.DroppedFor(DropReason.Duplicate, $"is the same file as '{first.File}'");
    }

    // Nothing to cut, nothing to remove, and the same to say of every file.
    private static bool IsSame(DatasetLedger before, DatasetLedger now, SlicePlan plan, ExperimentFolder experiment)
    {
        IEnumerable<(string, int, string?)> known = before.Files.Select(file => (file.File, file.Speaker, file.Sha256));
        IEnumerable<(string, int, string?)> found = plan.Kept.Select(each => (each.Key, each.Value))
            .Concat(plan.Duplicates.Select(each => (each.Key, each.Value.Blank))).OrderBy(each => each.Item1).Select(each => (each.Item2.File, each.Item2.Speaker, each.Item2.Sha256));
        return before.Complete && plan.ToCut.Count == 0 && known.SequenceEqual(found) && before.Speakers.SequenceEqual(now.Speakers)
            && before.Ignored.SequenceEqual(now.Ignored) && before.Note == now.Note && StageFiles.CountOthers(experiment, before.Slices.Select(each => each.Slice)) == 0;
    }

    private static string? WhyReplaced(DatasetLedger before, SliceSettings now) =>
        before.Settings.SampleRateHz == 0 ? "dataset.json is damaged" : before.Settings == now ? null : before.Settings.DifferenceFrom(now);

    private static string? RefuseForeignChunks(ExperimentFolder experiment, bool overwrite)
    {
        int foreign = ExperimentFolder.FilesOf(experiment.Waves, ".wav").Length;
        if (foreign == 0) return null;
        if (File.Exists(experiment.EarlierRecord)) return $"{foreign} slices of an earlier version had no ledger";
        if (overwrite) return $"{foreign} chunks of another program were in the way";
        throw new TrainingDataException(
            $"'{experiment.Waves}' holds {foreign} chunks of another program (there is no dataset.json). "
            + "Choose another name, continue with extract, or say --overwrite to replace them.");
    }
}
