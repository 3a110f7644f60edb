using System.Globalization;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Validation;

/// <summary>Where a clip was cut from.</summary>
/// <param name="Source">Tells one recording from another: the SHA-256 of its bytes, or the first part of its clips' names.</param>
/// <param name="File">The recording, for a reader.</param>
/// <param name="Start">Seconds in the recording.</param>
internal readonly record struct ClipPlace(string Source, string File, double Start, double End)
{
    internal double Seconds => End - Start;
}

/// <summary>The recordings that the clips of a training set are of.</summary>
internal static class ClipPlaces
{
    // Chunks of mainline and Applio share so much with their neighbours.
    private const double OverlapSeconds = 0.3;

    /// <summary>By the clip's number in the set; silence that is mixed in has no place.</summary>
    internal static ClipPlace?[] Of(ExperimentFolder experiment, TrainingSet clips)
    {
        Dictionary<string, ClipPlace> known = [];
        if (new LedgerStore(experiment).Read() is { Complete: true } ledger)
        {
            foreach ((LedgerFile file, LedgerSlice slice) in ledger.Slices)
                known[slice.Name] = new ClipPlace(file.Sha256!, file.File, file.SecondsOf(slice.Start), file.SecondsOf(slice.End));
        }

        ClipPlace?[] places = new ClipPlace?[clips.Count];
        List<(int Clip, string Source, int Number)> byName = [];
        for (int i = 0; i < clips.Count; i++)
        {
            if (clips.IsSilence(i)) continue;
            string name = clips.NameOf(i);
            if (known.TryGetValue(name, out ClipPlace place)) places[i] = place;
            else byName.Add((i, SourceOf(name, out int number), number));
        }

        foreach (IGrouping<string, (int Clip, string Source, int Number)> recording in byName.GroupBy(each => each.Source)) PlaceByName(recording, clips, places);
        return places;
    }

    // Without a ledger nothing is known of the silence between chunks: they are taken to follow each other with their overlap, so that no distance is
    // taken for more than it is.
    private static void PlaceByName(IGrouping<string, (int Clip, string Source, int Number)> recording, TrainingSet clips, ClipPlace?[] places)
    {
        double at = 0;
        foreach ((int clip, string source, _) in recording.OrderBy(each => each.Number))
        {
            double seconds = clips.SecondsOf(clip);
            places[clip] = new ClipPlace(source, source, at, at + seconds);
            at += Math.Max(0, seconds - OverlapSeconds);
        }
    }

    // "0_17" is the 17th chunk of recording "0"; "2_0_17" likewise of "2_0". A name of another kind is a recording of its own.
    private static string SourceOf(string name, out int number)
    {
        int line = name.LastIndexOf('_');
        return line > 0 && int.TryParse(name.AsSpan(line + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number) ? name[..line] : Whole(name, out number);

        static string Whole(string name, out int number)
        {
            number = 0;
            return name;
        }
    }
}
