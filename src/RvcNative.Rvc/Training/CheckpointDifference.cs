using System.Globalization;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>The first thing in which a checkpoint or voice differs from another.</summary>
internal static class CheckpointDifference
{
    // Of Applio's voices; nothing hangs on it.
    private const string Date = "creation_date";

    /// <returns>In words; null where the bytes are the same, or only the date of making is not.</returns>
    internal static string? Of(string path, string again)
    {
        if (!File.Exists(again)) return "was not made again";
        if (ContentHash.Of(path) == ContentHash.Of(again)) return null;
        using PthFile wanted = PthFile.Open(path), found = PthFile.Open(again);
        return Of("", wanted.Root.Value, found.Root.Value);
    }

    private static string? Of(string place, PickleValue wanted, PickleValue found) => (wanted, found) switch
    {
        (PickleDict a, PickleDict b) => First(place, a.Entries.Count, b.Entries.Count, i => Name(a.Entries[i].Key) == Date
            ? null : Of($"{place}['{Name(a.Entries[i].Key)}']", a.Entries[i].Value, b.Entries[i].Value)),
        (PickleList a, PickleList b) => First(place, a.Items.Count, b.Items.Count, i => Of($"{place}[{i}]", a.Items[i], b.Items[i])),
        (PickleTuple a, PickleTuple b) => First(place, a.Items.Count, b.Items.Count, i => Of($"{place}[{i}]", a.Items[i], b.Items[i])),
        (PickleTensor a, PickleTensor b) => OfTensors(place, a, b),
        (PickleString a, PickleString b) => OfValues(place, a.Value, b.Value),
        (PickleInt a, PickleInt b) => OfValues(place, a.Value, b.Value),
        (PickleFloat a, PickleFloat b) => OfValues(place, a.Value, b.Value),
        (PickleBool a, PickleBool b) => OfValues(place, a.Value, b.Value),
        _ => OfValues(place, wanted.TypeName, found.TypeName),
    };

    private static string? OfTensors(string place, PickleTensor a, PickleTensor b)
    {
        float[] before = a.Load().ToFloat32(), after = b.Load().ToFloat32();
        return First(place, before.Length, after.Length, i => OfValues($"{place} element {i}", before[i], after[i]));
    }

    private static string? First(string place, int before, int after, Func<int, string?> differenceAt) => before != after
        ? $"{place} has {after} entries, it had {before}"
        : Enumerable.Range(0, before).Select(differenceAt).FirstOrDefault(text => text is not null);

    private static string? OfValues<T>(string place, T before, T after) where T : IEquatable<T> => before.Equals(after)
        ? null : string.Create(CultureInfo.InvariantCulture, $"{place} is {after}, it was {before}");

    private static string Name(PickleValue key) => key switch
    {
        PickleString text => text.Value,
        PickleInt number => number.Value.ToString(CultureInfo.InvariantCulture),
        _ => key.TypeName,
    };
}
