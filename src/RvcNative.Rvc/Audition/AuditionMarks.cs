using System.Text.Json;
using RvcNative.Formats;

namespace RvcNative.Rvc.Audition;

/// <summary>What a listener thinks of a save.</summary>
/// <param name="Stars">1 to 5; 0 for none given.</param>
public sealed record SaveMark(int Epoch, long Step, int Stars = 0, string Note = "");

/// <summary>One blind comparison of two saves on one clip.</summary>
/// <param name="First">Save's name, such as e20_s460.</param>
/// <param name="Chosen">The name of the better one; null for a tie.</param>
public sealed record BlindVote(string Clip, string First, string Second, string? Chosen, DateTime TimeUtc);

/// <summary>logs/NAME/audition.json: the user's marks and blind votes.</summary>
public sealed record AuditionMarks
{
    public const string FileName = "audition.json";

    public const int MostStars = 5, LongestNote = 4000;

    public int Format { get; init; } = 1;

    public IReadOnlyList<SaveMark> Saves { get; init; } = [];

    public IReadOnlyList<BlindVote> Votes { get; init; } = [];

    /// <summary>The marks of a training; empty ones where none were given.</summary>
    /// <exception cref="FileFormatException">The file is damaged.</exception>
    public static AuditionMarks Read(string experimentFolder)
    {
        string path = Path.Combine(experimentFolder, FileName);
        if (!File.Exists(path)) return new AuditionMarks();
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), AuditionJson.Default.AuditionMarks)
                ?? throw new FileFormatException(path, "holds no marks; move it away to begin anew");
        }
        catch (JsonException failure)
        {
            throw new FileFormatException(path, $"is no file of marks ({failure.Message}); move it away to begin anew", failure);
        }
    }

    public void Write(string experimentFolder) => AtomicFile.Write(
        Path.Combine(experimentFolder, FileName), stream => JsonSerializer.Serialize(stream, this, AuditionJson.Default.AuditionMarks));

    /// <summary>These marks with that of one save replaced.</summary>
    /// <exception cref="ArgumentException">Stars or note are out of range.</exception>
    public AuditionMarks With(SaveMark mark)
    {
        if (mark.Stars is < 0 or > MostStars) throw new ArgumentException($"{mark.Stars} stars; a save has 1 to {MostStars}, or 0 for none");
        if (mark.Note.Length > LongestNote) throw new ArgumentException($"a note of {mark.Note.Length} letters; it has {LongestNote} at most");
        return this with
        {
            Saves = [.. Saves.Where(save => (save.Epoch, save.Step) != (mark.Epoch, mark.Step)).Append(mark).OrderBy(save => save.Step).ThenBy(save => save.Epoch)],
        };
    }

    /// <summary>These marks with one more vote.</summary>
    /// <exception cref="ArgumentException">The vote is for neither of the two, or for two that are one.</exception>
    public AuditionMarks With(BlindVote vote)
    {
        if (vote.First == vote.Second) throw new ArgumentException($"'{vote.First}' was compared with itself");
        if (vote.Chosen is { } chosen && chosen != vote.First && chosen != vote.Second)
            throw new ArgumentException($"'{chosen}' was chosen, but '{vote.First}' and '{vote.Second}' were compared");
        return this with { Votes = [.. Votes, vote] };
    }
}
