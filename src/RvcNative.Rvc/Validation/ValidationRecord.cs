using RvcNative.Formats;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Validation;

/// <summary>logs/NAME/validation.json: what is held out, and how far every save was from it. The first part is chosen once and kept.</summary>
public sealed record ValidationRecord(string Setting, IReadOnlyList<HeldOutStretch> HeldOut, IReadOnlyList<ValidatedSave> Saves)
{
    internal const string FileName = "validation.json";

    /// <summary>With a save's figures in the place of any earlier ones of its step, and the best save labelled.</summary>
    internal ValidationRecord With(ValidatedSave save)
    {
        List<ValidatedSave> saves = [.. Saves.Where(each => each.Step != save.Step), save];
        saves.Sort((a, b) => a.Step.CompareTo(b.Step));
        ValidatedSave? best = saves.Where(each => HeldOutMel(each) is not null).MinBy(HeldOutMel);
        return this with { Saves = [.. saves.Select(each => each with { Best = ReferenceEquals(each, best) })] };
    }

    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="FileFormatException">It cannot be read; without it nobody knows what was held out.</exception>
    internal static ValidationRecord? Read(string folder) => RecordFile.Read(
        Path.Combine(folder, FileName), ValidationJson.Default.ValidationRecord,
        "it says what this training holds out. Put back a whole one, or delete it: then nothing is held out any more");

    internal void Write(string folder) => RecordFile.Write(Path.Combine(folder, FileName), this, ValidationJson.Default.ValidationRecord);

    private static double? HeldOutMel(ValidatedSave save) => save.Sets.FirstOrDefault(set => set.Set == ValidationSets.HeldOut)?.MelL1.Mean;
}
