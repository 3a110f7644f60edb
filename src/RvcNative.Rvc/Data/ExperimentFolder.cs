namespace RvcNative.Rvc.Data;

/// <summary>Where one training keeps its files: mainline's layout of logs/NAME, and records of ours on how its stages were made.</summary>
public sealed class ExperimentFolder
{
    private const string MuteName = "mute";

    /// <param name="path">logs/NAME; need not exist yet.</param>
    /// <exception cref="TrainingDataException">The name cannot be used: mainline keeps silence in logs/mute and separates fields by '|'.</exception>
    public ExperimentFolder(string path)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        Name = Path.GetFileName(Root);
        if (Name == MuteName) throw new TrainingDataException($"'{Root}' is where silence for all trainings is kept; choose another name.");
        if (Root.AsSpan().ContainsAny('|', '\n', '\r'))
            throw new TrainingDataException($"'{Root}' has a '|' or a line break in its path, which filelist.txt cannot hold; choose another place.");
    }

    public string Root { get; }

    public string Name { get; }

    /// <summary>Chunks at the training rate, float32 wav.</summary>
    public string Waves => Path.Combine(Root, Stages.Waves);

    /// <summary>The same chunks at 16 kHz.</summary>
    public string Waves16k => Path.Combine(Root, Stages.Waves16k);

    /// <summary>Whether the chunks here are those that Applio's preprocessing left, SPEAKER_FILE_CHUNK.wav.</summary>
    internal bool HasApplioChunks => !Directory.Exists(Waves) && Directory.Exists(Path.Combine(Root, Stages.ApplioWaves16k));

    /// <summary>Folders of the chunks that are there: mainline's, or Applio's.</summary>
    internal (string Waves, string Waves16k) Chunks =>
        HasApplioChunks ? (Path.Combine(Root, Stages.ApplioWaves), Path.Combine(Root, Stages.ApplioWaves16k)) : (Waves, Waves16k);

    /// <summary>Pitch classes 1..255, int64 npy.</summary>
    public string PitchClasses => Path.Combine(Root, Stages.PitchClasses);

    /// <summary>Pitch in Hz, float64 npy.</summary>
    public string PitchHz => Path.Combine(Root, Stages.PitchHz);

    public string FileList => Path.Combine(Root, "filelist.txt");

    public string Config => Path.Combine(Root, "config.json");

    /// <summary>logs/mute beside this folder: silence that is mixed into every training.</summary>
    public string Mute => Path.Combine(Path.GetDirectoryName(Root) ?? Root, MuteName);

    /// <summary>What became of every sample of the recordings, <see cref="DatasetLedger"/>.</summary>
    public string Ledger => Path.Combine(Root, "dataset.json");

    internal string LedgerJournal => Path.Combine(Root, "dataset.journal");

    /// <summary>What earlier versions wrote in the place of the ledger.</summary>
    internal string EarlierRecord => Path.Combine(Root, "preprocess.json");

    internal string ExtractRecord => Path.Combine(Root, "extract.json");

    /// <summary>Phone features, float32 npy [frames, channels].</summary>
    public string Features(int channels) => Path.Combine(Root, Stages.Features(channels));

    /// <summary>Applio's phone features, of one width.</summary>
    internal string ApplioFeatures => Path.Combine(Root, Stages.ApplioFeatures);

    /// <summary>Applio's pitch in Hz.</summary>
    internal string ApplioPitchHz => Path.Combine(Root, Stages.ApplioPitchHz);

    /// <summary>Whether a training has saved here.</summary>
    internal bool HasCheckpoints => Directory.Exists(Root) && Directory.EnumerateFiles(Root, "G_*.pth").Any();

    /// <summary>Whether a folder is laid out like one of a training.</summary>
    internal static bool IsExperiment(string folder) => Directory.Exists(Path.Combine(folder, Stages.Waves));

    /// <summary>Files of a stage that are neither hidden nor temporary, in ordinal order.</summary>
    internal static string[] FilesOf(string stage, string extension)
    {
        if (!Directory.Exists(stage)) return [];
        string[] names = [.. Directory.EnumerateFiles(stage).Select(file => Path.GetFileName(file))
            .Where(name => name[0] != '.' && name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))];
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    /// <summary>Deletes all files that lie directly in a stage's folder.</summary>
    internal static void Clear(string stage) => ClearBut(stage, new HashSet<string>());

    /// <summary>The same, but for some names.</summary>
    /// <returns>Files deleted.</returns>
    internal static int ClearBut(string stage, IReadOnlySet<string> kept)
    {
        if (!Directory.Exists(stage)) return 0;
        string[] others = [.. Directory.EnumerateFiles(stage).Where(file => !kept.Contains(Path.GetFileName(file)))];
        foreach (string file in others) File.Delete(file);
        return others.Length;
    }

    /// <summary>Mainline's names of the stages, and Applio's of those that are looked for by name.</summary>
    internal static class Stages
    {
        internal const string Waves = "0_gt_wavs", Waves16k = "1_16k_wavs", PitchClasses = "2a_f0", PitchHz = "2b-f0nsf";
        internal const string ApplioWaves = "sliced_audios", ApplioWaves16k = "sliced_audios_16k", ApplioFeatures = "extracted", ApplioPitchHz = "f0_voiced";

        internal static string Features(int channels) => $"3_feature{channels}";
    }
}
