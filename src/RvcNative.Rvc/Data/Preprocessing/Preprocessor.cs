using RvcNative.Rvc.Configuration;

namespace RvcNative.Rvc.Data;

/// <summary>
/// The stage "preprocess": a folder of recordings becomes logs/NAME/0_gt_wavs and 1_16k_wavs, as mainline's train/preprocess.py, except that no chunk
/// overwrites another and that numbered folders are speakers. Names and bytes do not depend on the number of threads.
/// </summary>
public static class Preprocessor
{
    /// <summary>
    /// Cuts all recordings. What is there already from the same settings and recordings is kept; else the chunks of an earlier run and
    /// all that was extracted from them are removed first.
    /// </summary>
    /// <exception cref="TrainingDataException">No recordings, none of use, chunks of another program are in the way, or the disk is full.</exception>
    public static PreprocessReport Run(
        string dataFolder, ExperimentFolder experiment, PreprocessOptions options,
        IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(options);
        if (!Presets.SampleRatesHz.Values.Contains(options.SampleRateHz))
            throw new TrainingDataException($"A voice cannot have {options.SampleRateHz} Hz; choose 24k, 32k, 40k or 48k.");
        if (options.Speaker < 0) throw new TrainingDataException($"Speaker {options.Speaker} is below 0.");

        RecordingSet recordings = RecordingSet.Find(dataFolder, options.Speaker);
        PreprocessRecord wanted = new(options.SampleRateHz, options.ChunkSeconds, recordings.Recordings);
        PreprocessRecord? before = PreprocessRecord.Read(experiment);
        string? replaced = before?.DifferenceFrom(wanted, experiment);
        if (before?.Report is not null && replaced is null) return before.Report with { Reused = true, Replaced = null };
        if (before is null) replaced = RefuseForeignChunks(experiment, options.Overwrite);

        PreprocessReport report = new(options.SampleRateHz, []);
        DiskSpace.Guard(experiment.Root, () =>
        {
            RemoveStages(experiment);
            wanted.Write(experiment);
            RecordingReport[] all = CutAll(experiment, recordings, options, progress, cancellation);
            report = report with { Recordings = all, Replaced = replaced, Note = recordings.Note, Ignored = recordings.Ignored };
            if (report.Chunks > 0) (wanted with { Report = report }).Write(experiment);
            else File.Delete(experiment.PreprocessRecord);
        });
        return report.Chunks > 0 ? report : throw new TrainingDataException(WhyNothing(dataFolder, report));
    }

    private static RecordingReport[] CutAll(
        ExperimentFolder experiment, RecordingSet recordings, PreprocessOptions options,
        IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        RecordingCutter cutter = new(experiment, recordings, options);
        MemoryGate memory = MemoryGate.OfMachine();
        RecordingReport[] reports = new RecordingReport[recordings.Recordings.Count];
        int threads = Workers.Count(options.Threads), threadsEach = Math.Max(1, threads / reports.Length), done = 0;
        Workers.ForEach(recordings.Recordings, threads, recording =>
        {
            long bytes = RecordingCutter.EstimatedBytes(recording);
            reports[recording.Index] = memory.Within(bytes, () => cutter.Cut(recording, threadsEach, cancellation));
            progress?.Report(new StageProgress("preprocess", Interlocked.Increment(ref done), reports.Length, recording.RelativePath));
        }, cancellation);
        return reports;
    }

    private static string? RefuseForeignChunks(ExperimentFolder experiment, bool overwrite)
    {
        int foreign = ExperimentFolder.FilesOf(experiment.Waves, ".wav").Length;
        if (foreign == 0) return null;
        if (overwrite) return $"{foreign} chunks of another program were in the way";
        throw new TrainingDataException(
            $"'{experiment.Waves}' holds {foreign} chunks of another program (there is no preprocess.json). "
            + "Choose another name, continue with extract, or say --overwrite to replace them.");
    }

    private static void RemoveStages(ExperimentFolder experiment)
    {
        foreach (string stage in (string[])[experiment.Waves, experiment.Waves16k])
        {
            ExperimentFolder.Clear(stage);
            Directory.CreateDirectory(stage);
        }
        foreach (string stage in (string[])[experiment.PitchClasses, experiment.PitchHz, experiment.Features(256), experiment.Features(768)])
            ExperimentFolder.Clear(stage);
        File.Delete(experiment.ExtractRecord);
        File.Delete(experiment.FileList);
    }

    private static string WhyNothing(string dataFolder, PreprocessReport report)
    {
        List<string> reasons = [.. report.Unusable.Take(3).Select(each => each.Problem!)];
        int more = report.Unusable.Count() - reasons.Count, silent = report.Recordings.Count(each => each.Problem is null);
        if (more > 0) reasons.Add($"{more} more could not be read either.");
        if (silent > 0) reasons.Add($"{silent} hold no chunk of use: {Removed(report)}.");
        reasons.Add("Speech well above -42 dB is wanted.");
        return $"'{dataFolder}': none of its {report.Recordings.Count} recordings can be used. {string.Join(' ', reasons)}";
    }

    private static string Removed(PreprocessReport report)
    {
        List<string> parts = [$"{report.SilenceSeconds:F1} s are silence"];
        foreach (IGrouping<DropCause, DroppedChunk> drops in report.Recordings.SelectMany(each => each.Dropped).GroupBy(each => each.Cause))
        {
            double seconds = (double)drops.Sum(each => (long)each.Samples) / report.SampleRateHz;
            parts.Add(drops.Key switch
            {
                DropCause.Silent => $"{seconds:F1} s are all zero",
                DropCause.TooLoud => $"{seconds:F1} s have a peak of {drops.Max(each => each.Peak):G3}, above the limit of 2.5 (full scale is 1)",
                _ => $"{seconds:F2} s are shorter than 25 ms a piece",
            });
        }
        return string.Join(", ", parts);
    }
}
