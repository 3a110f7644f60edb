using System.Globalization;
using System.Security.Cryptography;
using RvcNative.Formats;
using RvcNative.Rvc.Checkpoints;

namespace RvcNative.Rvc.Training;

/// <summary>Which saves stay on disk.</summary>
public enum KeepSaves
{
    /// <summary>One pair, G_2333333.pth and D_2333333.pth, as mainline's "save only the latest".</summary>
    Latest,

    /// <summary>A pair for every save, G_STEP.pth and D_STEP.pth.</summary>
    All,
}

/// <summary>
/// Saves G, D and the run's state so that a kill at any moment leaves the old save or the new one, never a mixture: both checkpoints are
/// written aside, then the state that names them by hash replaces the old state, then they move to their names; whoever opens the folder next finishes
/// a move that was cut off.
/// </summary>
public sealed class CheckpointStore(string folder)
{
    // Mainline's constant for "save only the latest".
    private const string LatestStep = "2333333";
    private const string Aside = ".saving";

    /// <summary>Saves the networks; the state's file entries are filled in here.</summary>
    public void Save(GanNetworks networks, RunState state, int epoch, KeepSaves keep)
    {
        string step = keep == KeepSaves.Latest ? LatestStep : state.GlobalStep.ToString(CultureInfo.InvariantCulture), aside = Path.Combine(folder, Aside);
        if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
        string generator = $"G_{step}.pth", discriminator = $"D_{step}.pth";
        double rate = networks.Config.Train.LearningRate;
        try
        {
            TrainingCheckpoint.Save(Path.Combine(aside, generator), networks.Generator.Network, networks.GeneratorOptimiser, epoch, rate, state.LearningRate);
            TrainingCheckpoint.Save(Path.Combine(aside, discriminator), networks.Discriminator.Network, networks.DiscriminatorOptimiser, epoch, rate, state.LearningRate);
        }
        catch
        {
            if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
            throw;
        }

        RunState saved = state with { Generator = Describe(aside, generator), Discriminator = Describe(aside, discriminator) };
        saved.Write(folder);
        Finish(saved);
    }

    /// <summary>The state of the last save with its files in place, or null where nothing of ours was saved.</summary>
    /// <exception cref="FileFormatException">A file is missing, damaged or not of this save; nothing is changed.</exception>
    public RunState? Open()
    {
        if (RunState.Read(folder) is not { } state) return null;
        Finish(state);
        return state;
    }

    /// <summary>Loads a save of ours into the networks.</summary>
    public void Load(GanNetworks networks, RunState state)
    {
        TrainingCheckpoint.Load(Path.Combine(folder, state.Generator.Name), networks.Generator.Network, networks.GeneratorOptimiser);
        TrainingCheckpoint.Load(Path.Combine(folder, state.Discriminator.Name), networks.Discriminator.Network, networks.DiscriminatorOptimiser);
    }

    /// <summary>Mainline's newest pair, for a folder that mainline trained: the largest number in G_*.pth and D_*.pth.</summary>
    public (string Generator, string Discriminator)? NewestPair()
    {
        string? generator = Newest("G_*.pth"), discriminator = Newest("D_*.pth");
        if (generator is null && discriminator is null) return null;
        if (generator is null || discriminator is null)
        {
            string missing = generator is null ? "G_*.pth" : "D_*.pth";
            throw new FileFormatException(folder, $"has {Path.GetFileName(generator ?? discriminator)} but no {missing}; put its partner there, or move it away to begin anew");
        }

        return (generator, discriminator);
    }

    private string? Newest(string pattern) => !Directory.Exists(folder) ? null : Directory.EnumerateFiles(folder, pattern)
        .OrderBy(path => long.TryParse(string.Concat(Path.GetFileName(path).Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture, out long number) ? number : -1)
        .LastOrDefault();

    private void Finish(RunState state)
    {
        foreach (SavedFile file in (ReadOnlySpan<SavedFile>)[state.Generator, state.Discriminator])
        {
            string place = Path.Combine(folder, file.Name), aside = Path.Combine(folder, Aside, file.Name);
            if (File.Exists(aside) && Fits(aside, file)) File.Move(aside, place, overwrite: true);
            else if (!File.Exists(place)) throw new FileFormatException(place, $"is missing, but {RunState.FileName} names it as part of the last save; put it back, or move {RunState.FileName} away to go on from another pair");
            else if (!Fits(place, file)) throw new FileFormatException(place, $"is not the file that was saved (its SHA-256 differs from that in {RunState.FileName}); it is damaged or of another save: put the right one back, or move {RunState.FileName} away to trust it");
        }

        string folderAside = Path.Combine(folder, Aside);
        if (Directory.Exists(folderAside)) Directory.Delete(folderAside, recursive: true);
    }

    private static SavedFile Describe(string folder, string name)
    {
        using FileStream stream = File.OpenRead(Path.Combine(folder, name));
        return new SavedFile(name, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static bool Fits(string path, SavedFile file)
    {
        using FileStream stream = File.OpenRead(path);
        return stream.Length == file.Bytes && Convert.ToHexStringLower(SHA256.HashData(stream)) == file.Sha256;
    }
}
