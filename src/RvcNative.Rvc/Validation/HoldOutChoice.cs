using System.Globalization;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Validation;

/// <summary>
/// Chooses what is held out, for each speaker: whole recordings while some of them are small enough, else stretches of the longest one. The choice is a function of the
/// recordings alone.
/// </summary>
internal static class HoldOutChoice
{
    private const double AutoShare = 0.05, AutoLeast = 10, AutoMost = 60, AutoNeeds = 180;   // seconds
    private const double Enough = 0.5, TooMuch = 1.5;                                        // of what is wanted
    private const double LongSeconds = 30;
    private const int Stretches = 3;

    internal readonly record struct Clip(ClipPlace Place, int Speaker);

    internal static HoldOut Of(IReadOnlyList<Clip> clips, ValidationOptions options)
    {
        if (options.Kind is not (HoldOutKind.Auto or HoldOutKind.Share)) return new HoldOut(options.Text, []);
        List<HeldOutStretch> chosen = [];
        List<string> words = [];
        foreach (IGrouping<int, Clip> speaker in clips.GroupBy(clip => clip.Speaker).OrderBy(each => each.Key))
        {
            double seconds = speaker.Sum(clip => clip.Place.Seconds);
            if (options.Kind == HoldOutKind.Auto && seconds < AutoNeeds)
            {
                words.Add(Text($"speaker {speaker.Key} has {seconds:f0} s of clips, below the {AutoNeeds:f0} s from which some are held out"));
                continue;
            }

            double wanted = options.Kind == HoldOutKind.Share ? seconds * options.Share : Math.Clamp(seconds * AutoShare, AutoLeast, AutoMost);
            IReadOnlyList<HeldOutStretch> own = Choose([.. speaker], wanted);
            HoldOut choice = new("", own);
            if (own.Count > 0 && speaker.Any(clip => choice.UseOf(clip.Place) == SliceUse.Train)) chosen.AddRange(own);
            else words.Add(Text($"speaker {speaker.Key} has {seconds:f0} s of clips, too few to hold out any"));
        }

        string? why = words.Count == 0 ? null : $"{(chosen.Count == 0 ? "validation holds nothing out: " : "")}{string.Join("; ", words)}";
        return new HoldOut(options.Text, chosen, why);
    }

    private static List<HeldOutStretch> Choose(Clip[] clips, double wanted)
    {
        Recording[] recordings = [.. clips.GroupBy(clip => clip.Place.Source).OrderBy(each => each.Key, StringComparer.Ordinal)
            .Select(each => new Recording([.. each.OrderBy(clip => clip.Place.Start)]))];
        List<HeldOutStretch> chosen = [];
        double sum = 0;
        foreach (Recording recording in recordings.Take(recordings.Length - 1))
        {
            if (sum >= wanted || sum + recording.Seconds > wanted * TooMuch) continue;
            chosen.Add(recording.Stretch(0, recording.Clips.Length));
            sum += recording.Seconds;
        }

        return sum >= wanted * Enough ? chosen : StretchesOf(recordings.MaxBy(each => each.Seconds)!, wanted);
    }

    // Several short ones hear more of the recording than one long one.
    private static List<HeldOutStretch> StretchesOf(Recording recording, double wanted)
    {
        int count = wanted >= LongSeconds ? Stretches : 1, next = 0;
        List<HeldOutStretch> chosen = [];
        for (int i = 0; i < count; i++)
        {
            double begin = (recording.End * (i + 0.5) / count) - (wanted / count / 2), sum = 0;
            int first = Math.Max(next, Array.FindIndex(recording.Clips, clip => clip.Place.Start >= begin)), end = first;
            while (end < recording.Clips.Length && sum < wanted / count) sum += recording.Clips[end++].Place.Seconds;
            if (end == first) continue;
            chosen.Add(recording.Stretch(first, end));
            next = end;
        }

        return chosen;
    }

    private sealed record Recording(Clip[] Clips)
    {
        internal string Source => Clips[0].Place.Source;

        internal double Seconds => Clips.Sum(clip => clip.Place.Seconds);

        internal double End => Clips.Max(clip => clip.Place.End);

        internal HeldOutStretch Stretch(int first, int end)
        {
            Clip[] part = Clips[first..end];
            return new HeldOutStretch(
                part[0].Place.File, part[0].Speaker, part.Sum(clip => clip.Place.Seconds), Source, part[0].Place.Start, part.Max(clip => clip.Place.End));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
