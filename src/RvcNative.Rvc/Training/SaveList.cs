using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>One save, as saves.json lists it. Paths are relative to the folder of the list, with '/'.</summary>
/// <param name="Epoch">Epochs that were complete, or the one that was interrupted.</param>
/// <param name="Voice">The save's voice file, in another folder; null for the save of an interruption, which makes none.</param>
/// <param name="Generator">Null once a later save has taken the file's place; likewise the discriminator.</param>
/// <param name="State">"good" or "bad".</param>
/// <param name="Reason">Why it is bad, else null.</param>
public sealed record SaveRecord(
    string? Id, int Epoch, long Step, string? Voice, string? VoiceSha256, string? Generator, string? Discriminator, string State, string? Reason, DateTime TimeUtc)
{
    internal const string Good = "good", Bad = "bad";
}

/// <summary>logs/NAME/saves.json: all saves of a training by step, for those who look at it from outside.</summary>
public static class SaveList
{
    public const string FileName = "saves.json";

    /// <exception cref="Formats.FileFormatException">The file is not such a list.</exception>
    public static IReadOnlyList<SaveRecord> Read(string folder) => ReadAll(folder);

    /// <summary>Adds a save, or puts it in the place of the one of its step.</summary>
    internal static void Add(string folder, SaveRecord save)
    {
        List<SaveRecord> saves = ReadAll(folder);
        saves.RemoveAll(other => other.Step == save.Step);
        for (int i = 0; i < saves.Count; i++)
        {
            if (saves[i].Generator == save.Generator) saves[i] = saves[i] with { Generator = null, Discriminator = null };
        }

        saves.Add(save);
        saves.Sort((a, b) => a.Step.CompareTo(b.Step));
        RecordFile.Write(PathIn(folder), saves, TrainingJson.Default.ListSaveRecord);
    }

    private static List<SaveRecord> ReadAll(string folder) => RecordFile.Read(PathIn(folder), TrainingJson.Default.ListSaveRecord, TrainingJson.ListIsNotNeeded) ?? [];

    private static string PathIn(string folder) => Path.Combine(folder, FileName);
}
