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
    /// <param name="epoch">That of the last step, which mainline repeats when it goes on from the files.</param>
    /// <param name="epochRate">Learning rate of that step.</param>
    public void Save(GanNetworks networks, RunState state, int epoch, double epochRate, KeepSaves keep)
    {
        string step = keep == KeepSaves.Latest ? LatestStep : state.GlobalStep.ToString(CultureInfo.InvariantCulture), aside = Path.Combine(folder, Aside);
        if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
        string generator = $"G_{step}.pth", discriminator = $"D_{step}.pth";
        double rate = networks.Config.Train.LearningRate;
        try
        {
            TrainingCheckpoint.Save(Path.Combine(aside, generator), networks.Generator.Network, networks.GeneratorOptimiser, epoch, rate, epochRate, networks.GeneratorForm);
            TrainingCheckpoint.Save(
                Path.Combine(aside, discriminator), networks.Discriminator.Network, networks.DiscriminatorOptimiser, epoch, rate, epochRate,
                networks.DiscriminatorForm);
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
        networks.GeneratorForm = TrainingCheckpoint.Load(Path.Combine(folder, state.Generator.Name), networks.Generator.Network, networks.GeneratorOptimiser).Form;
        networks.DiscriminatorForm = TrainingCheckpoint.Load(
            Path.Combine(folder, state.Discriminator.Name), networks.Discriminator.Network, networks.DiscriminatorOptimiser).Form;
    }

    /// <summary>Mainline's newest pair, for a folder that mainline trained: the largest number in G_*.pth and D_*.pth.</summary>
    /// <exception cref="FileFormatException">One is missing, or they are of different steps.</exception>
    public (string Generator, string Discriminator)? NewestPair()
    {
        (string Path, long Step)? generator = Newest("G_*.pth"), discriminator = Newest("D_*.pth");
        if (generator is null && discriminator is null) return null;
        if (generator is not { } g || discriminator is not { } d)
        {
            (string found, string missing) = generator is { } alone ? (alone.Path, "D_*.pth") : (discriminator!.Value.Path, "G_*.pth");
            throw new FileFormatException(folder, $"has {Path.GetFileName(found)} but no {missing}; put its partner there, or move it away to begin anew");
        }

        if (g.Step == d.Step) return (g.Path, d.Path);
        string newer = Path.GetFileName(g.Step > d.Step ? g.Path : d.Path), older = Path.GetFileName(g.Step > d.Step ? d.Path : g.Path);
        throw new FileFormatException(folder, $"has {newer}, whose partner of the same step is missing; the newest of the other kind is {older}: "
            + $"put the partner there, or move {newer} away to go on from an older pair");
    }

    /// <summary>Loads a pair that no state of ours vouches for.</summary>
    /// <returns>What the generator's file says.</returns>
    /// <exception cref="FileFormatException">Damaged, of another network, or not of one save.</exception>
    public static CheckpointHeader LoadPair(GanNetworks networks, string generator, string discriminator)
    {
        const string WayOut = "put the right file there, or move both away to go on from an older pair";
        CheckpointHeader g, d;
        try
        {
            g = TrainingCheckpoint.Load(generator, networks.Generator.Network, networks.GeneratorOptimiser);
            d = TrainingCheckpoint.Load(discriminator, networks.Discriminator.Network, networks.DiscriminatorOptimiser);
        }
        catch (FileFormatException failure)
        {
            throw new FileFormatException(failure.FilePath, $"{failure.Message[(failure.FilePath.Length + ": ".Length)..]}; {WayOut}", failure);
        }

        (networks.GeneratorForm, networks.DiscriminatorForm) = (g.Form, d.Form);
        return g.Epoch == d.Epoch ? g : throw new FileFormatException(
            generator, $"is of epoch {g.Epoch}, but {Path.GetFileName(discriminator)} of epoch {d.Epoch}, so they are not of one save; {WayOut}");
    }

    private (string Path, long Step)? Newest(string pattern)
    {
        if (!Directory.Exists(folder)) return null;
        (string Path, long Step)[] found = [.. Directory.EnumerateFiles(folder, pattern).Select(path => (path, StepOf(path))).OrderBy(each => each.Item2)];
        return found.Length > 0 ? found[^1] : null;

        // All digits of the name, as mainline's latest_checkpoint_path reads it.
        static long StepOf(string path) =>
            long.TryParse(string.Concat(Path.GetFileName(path).Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture, out long step) ? step : -1;
    }

    // Both files are looked at before one is moved.
    private void Finish(RunState state)
    {
        List<(string From, string To)> moves = [];
        foreach (SavedFile file in (ReadOnlySpan<SavedFile>)[state.Generator, state.Discriminator])
        {
            string place = Path.Combine(folder, file.Name), aside = Path.Combine(folder, Aside, file.Name);
            if (File.Exists(aside) && Fits(aside, file))
            {
                moves.Add((aside, place));
            }
            else if (!File.Exists(place))
            {
                throw new FileFormatException(place, $"is missing, but {RunState.FileName} names it as part of the last save; put it back, "
                    + $"or move {RunState.FileName} away to go on from another pair");
            }
            else if (!Fits(place, file))
            {
                throw new FileFormatException(place, $"is not the file that was saved (its SHA-256 differs from that in {RunState.FileName}); "
                    + $"it is damaged or of another save: put the right one back, or move {RunState.FileName} away to go on from the newest pair");
            }
        }

        foreach ((string from, string to) in moves) File.Move(from, to, overwrite: true);
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
