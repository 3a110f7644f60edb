using System.Globalization;
using RvcNative.Formats;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>The pairs of checkpoints in a folder that have a state of their own beside them: rvcnative_STEP.json, where the pair is G_STEP.pth and D_STEP.pth.</summary>
internal sealed class SavedPairs(string folder)
{
    /// <summary>Writes the pair's own copy of the state, if it is not there.</summary>
    internal void Note(RunState state)
    {
        string path = PathOf(NumberOf(state));
        if (!File.Exists(path) || TryRead(path) != state) state.WriteFile(path);
    }

    /// <summary>The state of the pair with this number; null where none is noted, or none that can be read.</summary>
    internal RunState? Of(string number) => TryRead(PathOf(number));

    /// <summary>Deletes a pair and its state.</summary>
    internal void Remove(string number)
    {
        foreach (string name in (ReadOnlySpan<string>)[$"rvcnative_{number}.json", $"G_{number}.pth", $"D_{number}.pth"])
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path)) File.Delete(path);
        }
    }

    /// <summary>The save of a step, whole; null where only files without a state are of that step.</summary>
    /// <exception cref="FileFormatException">Nothing is of that step, or its files are not as they were saved.</exception>
    internal RunState? At(long step)
    {
        if (All().FirstOrDefault(state => state.GlobalStep == step) is { } found)
        {
            foreach (SavedFile file in found.Files)
            {
                string place = Path.Combine(folder, file.Name);
                if (FaultOf(found, file, place) is { } fault) throw new FileFormatException(place, $"{fault}; {WayOn()}");
            }

            return found;
        }

        if (File.Exists(Path.Combine(folder, $"G_{step}.pth")) || File.Exists(Path.Combine(folder, $"D_{step}.pth"))) return null;
        string steps = string.Join(", ", All().Select(state => state.GlobalStep.ToString(CultureInfo.InvariantCulture)));
        throw new FileFormatException(folder, $"has no save of step {step}; {(steps.Length > 0 ? $"there are saves of the steps {steps}" : "it has none that can be chosen by step")}");
    }

    /// <summary>The newest save that is whole and was not found bad.</summary>
    internal RunState? NewestGood() => All().FirstOrDefault(state => state.Fault is null && state.Files.All(file => file.IsAt(Path.Combine(folder, file.Name))));

    /// <summary>How to go on when the last save cannot be used, in words.</summary>
    internal string WayOn() => NewestGood() is { } good
        ? string.Create(CultureInfo.InvariantCulture,
            $"the newest good save is that of step {good.GlobalStep} ({good.Generator.Name}, {good.Discriminator.Name}): put the right file back, or go on from there with --resume-from {good.GlobalStep}")
        : $"no other save in this folder is known to be good: put the right file back, or move {RunState.FileName} away to go on from the newest pair as mainline does";

    /// <summary>What is wrong with a file of a save at its place; null for nothing.</summary>
    internal static string? FaultOf(RunState save, SavedFile file, string place)
    {
        if (!File.Exists(place)) return $"is missing, but {RunState.FileName} names it as part of the save";
        if (file.IsAt(place)) return null;
        const string Other = "is not the file that was saved: ";
        long bytes = new FileInfo(place).Length;
        if (bytes == file.Bytes && save.Id is { } wanted && TrainingCheckpoint.SaveIdOf(place) is { } id && id != wanted)
        {
            return $"{Other}it is of the save {id}, wanted is that of the save {wanted}";
        }

        return bytes != file.Bytes
            ? string.Create(CultureInfo.InvariantCulture, $"{Other}it has {bytes} bytes, saved were {file.Bytes}; it is cut short or of another save")
            : $"{Other}it has the SHA-256 {ContentHash.Of(place)}, saved was {file.Sha256}; it is damaged";
    }

    // The newest first.
    private IEnumerable<RunState> All() => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "rvcnative_*.json").Select(TryRead).OfType<RunState>().OrderByDescending(state => state.GlobalStep)
            .ThenBy(state => state.Generator.Name, StringComparer.Ordinal)
        : [];

    private string PathOf(string number) => Path.Combine(folder, $"rvcnative_{number}.json");

    // G_NUMBER.pth
    private static string NumberOf(RunState state) => Path.GetFileNameWithoutExtension(state.Generator.Name).Replace("G_", "", StringComparison.Ordinal);

    // One that cannot be read vouches for nothing.
    private static RunState? TryRead(string path)
    {
        try
        {
            return RunState.ReadFile(path);
        }
        catch (FileFormatException)
        {
            return null;
        }
    }
}
