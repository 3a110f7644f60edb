using RvcNative.Audio;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Data;

/// <summary>
/// The stage "extract": pitch and phone features of every chunk, then filelist.txt and config.json, as mainline's train/dataset/extract_*.py and
/// webui.py (run_train_model). What is there and whole is kept, so an interrupted run goes on where it stopped.
/// </summary>
public static class Extractor
{
    /// <summary>Makes what is missing, then both files.</summary>
    /// <exception cref="TrainingDataException">No chunks, files of another method, sizes that do not fit, no clip of use, or a full disk.</exception>
    public static ExtractReport Run(
        ExperimentFolder experiment, ExtractOptions options, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(options);
        (string waves, string waves16k) = experiment.Chunks;
        string[] clips = [.. ExperimentFolder.FilesOf(waves16k, ".wav").Select(name => Path.GetFileNameWithoutExtension(name))];
        if (clips.Length > 1 && (File.Exists(options.PitchFiles) || File.Exists(options.SavePitch)))
            throw new TrainingDataException($"there are {clips.Length} chunks and one pitch file; name a folder of curves, NAME.csv for every NAME.wav of '{waves16k}'.");
        if (clips.Length == 0) throw new TrainingDataException($"'{waves16k}' holds no chunks; run `rvcnative preprocess` first.");
        DatasetLedger? ledger = new LedgerStore(experiment).Read();
        if (ledger is { Complete: false } || (ledger is null && File.Exists(experiment.EarlierRecord)))
        {
            string why = ledger is null ? "was run by an earlier version" : "did not come to its end";
            throw new TrainingDataException($"'{experiment.Root}': preprocess {why}; run `rvcnative preprocess` again.");
        }

        SpeakerMap speakers = new(ledger, options.Speaker, experiment.HasApplioChunks);
        int sampleRateHz = ledger?.Settings.SampleRateHz ?? RateOfFirst(waves);
        (RvcConfig config, bool writesConfig) = ConfigFor(experiment, options, sampleRateHz);
        int highest = clips.Max(speakers.Of);
        if (highest >= config.Model.Speakers)
        {
            throw new TrainingDataException(
                $"There is a speaker {highest}, and a model has speakers 0 to {config.Model.Speakers - 1}; rename the folders of recordings.");
        }

        ExtractReport? report = null;
        DiskSpace.Guard(experiment.Root, () => report = Extract(experiment, options, config, writesConfig, clips, speakers, progress, cancellation));
        return report!;
    }

    private static ExtractReport Extract(
        ExperimentFolder experiment, ExtractOptions options, RvcConfig config, bool writesConfig, string[] clips, SpeakerMap speakers,
        IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        bool hasPitch = options.Pitch is not null;
        int channels = config.Plan(options.Version, hasPitch).PhoneChannels, sampleRateHz = config.Data.SampleRateHz;
        (IPitchExtractor? pitch, IFeatureExtractor? features, string? note) = ExtractMethods.Settle(experiment, options, channels);
        ClipExtraction extraction = new(experiment, pitch, options.PitchFiles, hasPitch, options.FillUnvoiced, features, channels);
        ClipOutcome[] outcomes = new ClipOutcome[clips.Length];
        int done = 0;
        Workers.ForEach([.. Enumerable.Range(0, clips.Length)], options.Threads, i =>
        {
            outcomes[i] = extraction.Run(clips[i]);
            progress?.Report(new StageProgress("extract", Interlocked.Increment(ref done), clips.Length, clips[i]));
        }, cancellation);

        ClipOutcome[] good = [.. outcomes.Where(each => each.Problem is null)];
        SkippedClip[] skipped = [.. outcomes.Where(each => each.Problem is not null).Select(each => new SkippedClip(each.Name, each.Problem!))];
        if (good.Length == 0)
        {
            throw new TrainingDataException(
                $"'{experiment.Root}': none of its {clips.Length} chunks can be used; {skipped[0].Name}: {skipped[0].Reason}.");
        }

        List<FileListLine> lines = [.. good.Select(each => extraction.Line(each.Name, speakers.Of(each.Name)))];
        int[] present = [.. lines.Select(line => line.Speaker).Distinct().Order()];
        if (options.MuteLines > 0)
        {
            FileListLine? mute = MuteFiles.Ensure(experiment, sampleRateHz, features, channels, hasPitch);
            if (mute is null) note += "; silence is not mixed in, for logs/mute has no features of that program";
            else foreach (int speaker in present) lines.AddRange(Enumerable.Repeat(mute with { Speaker = speaker }, options.MuteLines));
        }
        FileList.Write(experiment.FileList, lines);
        LedgerUses.NoteExtraction(experiment, skipped);
        PitchSummary? curves = hasPitch ? PitchSummary.Write(experiment, [.. good.Select(each => each.Name)], extraction.PitchOf, options.SavePitch) : null;
        if (writesConfig) ConfigFile.Write(config, experiment.Config);
        return new ExtractReport
        {
            Clips = clips.Length,
            PitchComputed = outcomes.Count(each => each.PitchComputed),
            FeaturesComputed = outcomes.Count(each => each.FeaturesComputed),
            Skipped = skipped,
            SampleRateHz = sampleRateHz,
            Speakers = present,
            Lines = lines.Count,
            ConfigWritten = writesConfig,
            Pitch = curves,
            Note = note,
        };
    }

    // A configuration that nobody has changed is replaced where another is wanted, unless a training has begun with it.
    private static (RvcConfig Config, bool IsNew) ConfigFor(ExperimentFolder experiment, ExtractOptions options, int sampleRateHz)
    {
        if (!File.Exists(experiment.Config)) return (Presets.Of(options.Version, sampleRateHz, options.Vocoder ?? Vocoder.HifiGan), true);
        RvcConfig config = ConfigFile.Read(experiment.Config);
        RvcConfig preset = Presets.Of(options.Version, sampleRateHz, options.Vocoder ?? config.Model.Vocoder);
        if (!experiment.HasCheckpoints && Presets.Contain(config)) return (preset, ConfigFile.Text(preset) != ConfigFile.Text(config));
        if (options.Vocoder is { } wanted && config.Model.Vocoder != wanted)
        {
            throw new TrainingDataException(
                $"'{experiment.Config}' is for {config.Model.Vocoder.FileName()}, and {wanted.FileName()} is wanted. Delete it for a fresh one.");
        }

        return config.Data.SampleRateHz == sampleRateHz ? (config, false) : throw new TrainingDataException(
            $"'{experiment.Config}' is for {config.Data.SampleRateHz} Hz, the chunks have {sampleRateHz} Hz. "
            + "Delete it for a fresh one, or run preprocess with that rate.");
    }

    private static int RateOfFirst(string waves)
    {
        string first = ExperimentFolder.FilesOf(waves, ".wav").FirstOrDefault()
            ?? throw new TrainingDataException($"'{waves}' holds no chunks; run `rvcnative preprocess` first.");
        string path = Path.Combine(waves, first);
        int sampleRateHz = WavFile.Read(path).SampleRateHz;
        return Presets.SampleRatesHz.Values.Contains(sampleRateHz) ? sampleRateHz : throw new TrainingDataException(
            $"'{path}' has {sampleRateHz} Hz; a voice has 24000, 32000, 40000 or 48000. Run `rvcnative preprocess` again.");
    }
}
