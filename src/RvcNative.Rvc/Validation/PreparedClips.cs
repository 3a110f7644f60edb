using RvcNative.Audio;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Validation;

/// <summary>
/// Recordings that are validated on and belong to no training set, cut and extracted as the training's own into logs/NAME/validation. What is there from an earlier run stays.
/// </summary>
public static class PreparedClips
{
    private const string FolderName = "validation";

    /// <param name="set">Of <see cref="ValidationSets"/>.</param>
    internal static ExperimentFolder FolderOf(ExperimentFolder experiment, string set) => new(Path.Combine(experiment.Root, FolderName, set));

    /// <summary>Where a <see cref="ReferenceStore"/> keeps what it found of the recordings.</summary>
    internal static string ReferencesOf(ExperimentFolder experiment) => Path.Combine(experiment.Root, FolderName, "references");

    /// <summary>Prepares the folder and the clip that the options name, if they do.</summary>
    /// <param name="sampleRateHz">Of the training.</param>
    /// <param name="extractors">The training's own; asked for once, and only if they are needed.</param>
    /// <exception cref="TrainingDataException">Nothing of use in a recording, or it is also trained on.</exception>
    public static void Prepare(
        ExperimentFolder experiment, ValidationOptions options, int sampleRateHz, ModelVersion version, Func<RecordedExtractors> extractors, int threads,
        IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (options.Kind != HoldOutKind.Folder && options.ForeignClip is null) return;
        DatasetLedger? ledger = new LedgerStore(experiment).Read();
        using RecordedExtractors own = extractors();
        if (options.Kind == HoldOutKind.Folder) Make(ValidationSets.HeldOut, options.Folder!, Named(RecordingSet.Find(options.Folder!, speaker: 0)));
        if (options.ForeignClip is { } clip) Make(ValidationSets.Foreign, clip, RecordingSet.Of(clip));

        void Make(string set, string source, RecordingSet recordings)
        {
            ExperimentFolder folder = FolderOf(experiment, set);
            PreprocessOptions how = new()
            {
                SampleRateHz = sampleRateHz,
                Slicing = ledger is { Settings.Slicing: "fixed" } ? SlicingMode.Fixed : SlicingMode.Silence,
                ChunkSeconds = ledger is { Settings.ChunkSeconds: > 0 } known ? known.Settings.ChunkSeconds : new PreprocessOptions { SampleRateHz = sampleRateHz }.ChunkSeconds,
                Threads = threads,
            };
            PreprocessReport report = Preprocessor.Run(source, recordings, folder, how, progress, cancellation);
            HashSet<string> trained = [.. (ledger?.Files ?? []).Where(file => file.Slices.Count > 0).Select(file => file.Sha256!)];
            if (report.Ledger.Files.FirstOrDefault(file => file.Sha256 is { } sha && trained.Contains(sha)) is { } leak)
                throw new TrainingDataException($"'{source}': {leak.File} is also among the recordings that are trained on, so it validates nothing; take it out of one of them.");

            // By the training's own methods, for others would be measured with the voice.
            Extractor.Run(folder, new ExtractOptions
            {
                Version = version,
                Pitch = own.Pitch,
                Features = own.Features,
                FillUnvoiced = own.FillsUnvoiced,
                MuteLines = 0,
                Threads = threads,
            }, progress, cancellation);
        }

        // Folders that are named as speakers of the training are these.
        RecordingSet Named(RecordingSet recordings) => ledger is null ? recordings : recordings.WithSpeakers(ledger.Speakers);
    }
}
