using System.Globalization;
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
/// written aside and read back, then the state that names them by hash replaces the old state, then they move to their names; whoever opens the folder next
/// finishes a move that was cut off. A copy of the state stays with each pair, so that an older pair can be gone on from.
/// </summary>
public sealed class CheckpointStore(string folder)
{
    // Mainline's constant for "save only the latest"; the other keeps a bad save from taking the place of the last good one.
    private const string LatestStep = "2333333", BadStep = "2333332";
    private const string Aside = ".saving";
    private readonly SavedPairs _pairs = new(folder);

    /// <summary>Saves the networks; the state's file entries and its id are filled in here.</summary>
    /// <param name="epoch">That of the last step, which mainline repeats when it goes on from the files.</param>
    /// <param name="epochRate">Learning rate of that step.</param>
    /// <returns>The state as it was saved.</returns>
    /// <exception cref="FileFormatException">What was read back is not what was written; the last save is untouched.</exception>
    public RunState Save(GanNetworks networks, RunState state, int epoch, double epochRate, KeepSaves keep)
    {
        bool besideGood = keep == KeepSaves.Latest && state.Fault is not null && _pairs.Of(LatestStep) is { Fault: null };
        string step = keep == KeepSaves.All ? state.GlobalStep.ToString(CultureInfo.InvariantCulture) : besideGood ? BadStep : LatestStep;
        string aside = Path.Combine(folder, Aside), generator = $"G_{step}.pth", discriminator = $"D_{step}.pth";
        if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
        string id = SaveId.Of(networks, state);
        double rate = networks.Config.Train.LearningRate;
        try
        {
            TrainingCheckpoint.Save(
                Path.Combine(aside, generator), networks.Generator.Network, networks.GeneratorOptimiser, epoch, rate, epochRate, networks.GeneratorForm, id);
            TrainingCheckpoint.Save(
                Path.Combine(aside, discriminator), networks.Discriminator.Network, networks.DiscriminatorOptimiser, epoch, rate, epochRate,
                networks.DiscriminatorForm, id);
            TrainingCheckpoint.Verify(Path.Combine(aside, generator), networks.Generator.Network, networks.GeneratorOptimiser, id);
            TrainingCheckpoint.Verify(Path.Combine(aside, discriminator), networks.Discriminator.Network, networks.DiscriminatorOptimiser, id);
        }
        catch
        {
            if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
            throw;
        }

        RunState saved = state with
        {
            Id = id,
            Generator = SavedFile.Of(Path.Combine(aside, generator)),
            Discriminator = SavedFile.Of(Path.Combine(aside, discriminator)),
        };
        saved.Write(folder);
        Finish(saved, saved.Files);
        if (step == LatestStep) _pairs.Remove(BadStep);
        return saved;
    }

    /// <summary>The state of the last save, or of that of a step, with its files in place.</summary>
    /// <param name="atStep">Updates made when it was saved; null for the last save.</param>
    /// <returns>Null where no state of ours vouches for it.</returns>
    /// <exception cref="FileFormatException">A file is missing, damaged or not of this save; the message names the newest good save, and nothing is changed.</exception>
    public RunState? Open(long? atStep = null)
    {
        if (atStep is { } step) return _pairs.At(step);
        if (Last() is not { } state) return null;
        Finish(state, [.. state.Files.Where(IsAside)]);
        return state;

        // Both files are looked at before one is moved.
        bool IsAside(SavedFile file)
        {
            if (file.IsAt(Path.Combine(folder, Aside, file.Name))) return true;
            string place = Path.Combine(folder, file.Name);
            return SavedPairs.FaultOf(state, file, place) is not { } fault ? false : throw new FileFormatException(place, $"{fault}; {_pairs.WayOn()}");
        }
    }

    /// <summary>The newest save whose files are whole and which was not found bad; null where there is none.</summary>
    public RunState? NewestGood() => _pairs.NewestGood();

    /// <summary>Loads a save of ours into the networks.</summary>
    /// <exception cref="FileFormatException">It is of other networks; the message lists what differs.</exception>
    public void Load(GanNetworks networks, RunState state)
    {
        string generator = Path.Combine(folder, state.Generator.Name), discriminator = Path.Combine(folder, state.Discriminator.Name);
        CheckpointFit.Require(networks, generator, discriminator);
        networks.GeneratorForm = TrainingCheckpoint.Load(generator, networks.Generator.Network, networks.GeneratorOptimiser).Form;
        networks.DiscriminatorForm = TrainingCheckpoint.Load(discriminator, networks.Discriminator.Network, networks.DiscriminatorOptimiser).Form;
    }

    private RunState? Last()
    {
        try
        {
            return RunState.Read(folder);
        }
        catch (FileFormatException failure) when (_pairs.NewestGood() is { } good)
        {
            throw new FileFormatException(
                failure.FilePath, $"{failure.Message[(failure.FilePath.Length + ": ".Length)..]}, or go on from the newest good save with --resume-from {good.GlobalStep}", failure);
        }
    }

    private void Finish(RunState state, IEnumerable<SavedFile> aside)
    {
        foreach (SavedFile file in aside) File.Move(Path.Combine(folder, Aside, file.Name), Path.Combine(folder, file.Name), overwrite: true);
        _pairs.Note(state);
        string folderAside = Path.Combine(folder, Aside);
        if (Directory.Exists(folderAside)) Directory.Delete(folderAside, recursive: true);
    }
}
