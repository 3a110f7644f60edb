using System.Globalization;

namespace RvcNative.Rvc.Audition;

/// <summary>A voice file that a training left behind at one of its saves, NAME_eEPOCH_sSTEP.pth.</summary>
public sealed record KeptSave(int Epoch, long Step, string VoicePath)
{
    private const string Extension = ".pth";

    /// <summary>The saves of a voice in the order of their steps; empty where there are none.</summary>
    public static IReadOnlyList<KeptSave> Of(string weightsFolder, string name)
    {
        if (!Directory.Exists(weightsFolder)) return [];
        List<KeptSave> saves = [];
        foreach (string path in Directory.EnumerateFiles(weightsFolder, "*" + Extension))
        {
            if (Parse(Path.GetFileNameWithoutExtension(path), name) is var (epoch, step)) saves.Add(new KeptSave(epoch, step, path));
        }

        saves.Sort((a, b) => a.Step != b.Step ? a.Step.CompareTo(b.Step) : a.Epoch.CompareTo(b.Epoch));
        return saves;
    }

    /// <summary>The last save of an epoch.</summary>
    /// <exception cref="FileNotFoundException">There is none; the message lists those that are there.</exception>
    public static KeptSave OfEpoch(string weightsFolder, string name, int epoch)
    {
        IReadOnlyList<KeptSave> saves = Of(weightsFolder, name);
        if (saves.Count == 0) throw Missing(weightsFolder, name);
        return saves.LastOrDefault(save => save.Epoch == epoch) ?? throw new FileNotFoundException(
            $"'{weightsFolder}' holds no save of '{name}' at epoch {epoch}; there are those of epochs {string.Join(", ", saves.Select(save => save.Epoch))}");
    }

    /// <summary>Says that a voice has no save, and where saves come from.</summary>
    public static FileNotFoundException Missing(string weightsFolder, string name) =>
        new($"'{weightsFolder}' holds no save of '{name}' ({name}_eEPOCH_sSTEP.pth); `rvcnative train` leaves one every --save-every epochs");

    private static (int Epoch, long Step)? Parse(string stem, string name)
    {
        if (!stem.StartsWith(name + "_e", StringComparison.Ordinal)) return null;
        string[] parts = stem[(name.Length + 2)..].Split("_s");
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? (epoch, step) : null;
    }
}
