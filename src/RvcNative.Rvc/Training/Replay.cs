using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>Repeats a training from its manifest in another folder and compares what both have saved.</summary>
/// <param name="original">The training's folder, which is only read.</param>
/// <param name="target">A folder that does not exist yet; gets logs/NAME and weights.</param>
public sealed class Replay(ExperimentFolder original, string target)
{
    private static readonly string[] s_records = ["extract.json", "preprocess.json", "dataset.json", "model_info.json"];
    private readonly RunManifest _manifest = RunManifest.Read(original.Root);

    /// <summary>Where the repeated training lies.</summary>
    public ExperimentFolder Copy { get; } = new(Path.Combine(target, "logs", original.Name));

    private string Weights => Path.Combine(target, "weights");

    /// <summary>What is not as it was and may change bytes, in words: program, device.</summary>
    public IEnumerable<string> Changes(Backend backend)
    {
        foreach (ManifestRun run in _manifest.Runs.DistinctBy(run => (run.Program, run.Device)))
        {
            if (run.Program != RunManifest.Program()) yield return $"it ran with {run.Program}, this is {RunManifest.Program()}";
            if (run.Device != backend.Name) yield return $"it ran on {run.Device}, this is {backend.Name}";
        }
    }

    /// <summary>Repeats all runs, each from where it began to where the next one did.</summary>
    /// <exception cref="IOException">The folder exists, or data or pretrained files are not those of the training; the message names the first.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Run(Backend backend, Action<TrainProgress>? onStep, Action<string>? onMessage, CancellationToken cancellation)
    {
        if (_manifest.Runs[0].FromStep > 0)
        {
            throw new FileFormatException(Path.Combine(original.Root, RunManifest.FileName),
                $"begins at step {_manifest.Runs[0].FromStep}, so how the training began is not known and it cannot be repeated");
        }

        if (Directory.Exists(Copy.Root)) throw new IOException($"{Copy.Root}: exists; name a folder that does not");
        CheckInputs();
        Prepare();
        long last = RunState.Read(original.Root)?.GlobalStep ?? throw new FileFormatException(original.Root, "has no save, so there is nothing to compare with");
        for (int i = 0; i < _manifest.Runs.Count; i++)
        {
            ManifestRun run = _manifest.Runs[i];
            long stop = i + 1 < _manifest.Runs.Count ? _manifest.Runs[i + 1].FromStep : last;
            if (stop > run.FromStep) RunTo(stop, run, backend, onStep, onMessage, cancellation);
        }
    }

    /// <summary>Compares all that the original has saved and still has, oldest save first.</summary>
    /// <returns>Null where all bytes are the same, or the first difference in words; and how many files were compared.</returns>
    public (string? Difference, int Files) Compare()
    {
        int files = 0;
        foreach (SaveRecord save in SaveList.Read(original.Root))
        {
            string? voice = save.Voice is null ? null : Path.Combine(original.Root, save.Voice);
            string?[] paths = [voice, save.Generator is { } g ? Path.Combine(original.Root, g) : null, save.Discriminator is { } d ? Path.Combine(original.Root, d) : null];
            foreach (string path in paths.OfType<string>().Where(File.Exists))
            {
                files++;
                string again = Path.Combine(path == voice ? Weights : Copy.Root, Path.GetFileName(path));
                if (CheckpointDifference.Of(path, again) is { } difference) return ($"step {save.Step}, {Path.GetFileName(path)}: {difference}", files);
            }
        }

        return (null, files);
    }

    private void RunTo(long stop, ManifestRun run, Backend backend, Action<TrainProgress>? onStep, Action<string>? onMessage, CancellationToken cancellation)
    {
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using Trainer trainer = new(backend, Copy, run.Settings with { WeightsFolder = Weights, Seed = _manifest.Seed, Validation = run.Settings.Validation.OnOwnClips });
        try
        {
            trainer.Run(
                progress =>
                {
                    onStep?.Invoke(progress);
                    bool isEnd = progress.Epoch == progress.Epochs && progress.Batch == progress.Batches;
                    if (progress.GlobalStep == stop && !isEnd) source.Cancel();
                },
                onMessage, source.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    private void CheckInputs()
    {
        foreach (HashedFile file in _manifest.Pretrained)
        {
            if (!File.Exists(file.Path)) throw new FileFormatException(file.Path, "is missing; training began with it");
            if (ContentHash.Of(file.Path) != file.Sha256) throw new FileFormatException(file.Path, "is not the pretrained file that training began with (its SHA-256 differs)");
        }

        if (_manifest.Runs.Select(run => run.DataSha256).Distinct().Count() > 1)
        {
            throw new FileFormatException(Path.Combine(original.Root, RunManifest.FileName), "says that the data changed while it was trained on, so the training cannot be repeated");
        }

        IReadOnlyList<HashedFile> found = RunManifest.HashData(original, _manifest.Runs[0].Settings.HasPitch);
        foreach ((HashedFile wanted, HashedFile now) in _manifest.Data.Zip(found))
        {
            if (wanted.Sha256 != now.Sha256) throw new FileFormatException(now.Path, "is not the file that was trained on (its SHA-256 differs)");
        }

        if (found.Count != _manifest.Data.Count) throw new FileFormatException(original.FileList, $"lists {found.Count} files, {_manifest.Data.Count} were trained on");
    }

    private void Prepare()
    {
        Directory.CreateDirectory(Copy.Root);
        File.WriteAllText(Copy.Config, _manifest.Config);
        FileList.Write(Copy.FileList, FileList.Read(original.FileList, _manifest.Runs[0].Settings.HasPitch).Select(Absolute));
        foreach (string record in s_records)
        {
            string path = Path.Combine(original.Root, record);
            if (File.Exists(path)) File.Copy(path, Path.Combine(Copy.Root, record));
        }

        // The voice's median pitch is taken from this folder.
        if (!Directory.Exists(original.PitchHz)) return;
        Directory.CreateDirectory(Copy.PitchHz);
        foreach (string file in Directory.EnumerateFiles(original.PitchHz)) File.Copy(file, Path.Combine(Copy.PitchHz, Path.GetFileName(file)));
    }

    private static FileListLine Absolute(FileListLine line) => line with
    {
        Wave = Path.GetFullPath(line.Wave),
        Features = Path.GetFullPath(line.Features),
        PitchClasses = line.PitchClasses is { } classes ? Path.GetFullPath(classes) : null,
        PitchHz = line.PitchHz is { } hz ? Path.GetFullPath(hz) : null,
    };
}
