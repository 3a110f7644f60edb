using System.Globalization;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Data;

/// <summary>The methods by which a folder's pitch and features were made, as a user would ask for them: what is not named stays as it was.</summary>
public static class EarlierMethods
{
    /// <summary>The embedder that is named, else that of the features in the folder.</summary>
    /// <exception cref="TrainingDataException">Theirs is a network of the user's own, which only its place tells.</exception>
    public static EmbedderChoice Embedder(ExperimentFolder experiment, ModelVersion version, EmbedderChoice named)
    {
        if (named.Embedder is not null || ExtractRecord.Read(experiment).FeaturesOf(Embedders.ChannelsOf(version)) is not { } features) return named;
        EmbedderChoice earlier = Embedders.ChoiceOf(features);
        if (Embedders.Names.Contains(earlier.Embedder)) return earlier with { V1Features = named.V1Features ?? earlier.V1Features };
        throw new TrainingDataException($"'{experiment.Root}' holds features of '{earlier.Embedder}', a network of yours: name its folder or file again with --embedder, "
            + "or another embedder, and they are computed anew.");
    }

    /// <summary>The pitch method that is named, else that of the pitch in the folder.</summary>
    /// <exception cref="TrainingDataException">The pitch came from curves.</exception>
    public static PitchChoice Pitch(ExperimentFolder experiment, PitchChoice named)
    {
        if (named is not { Method: null, ModelPath: null } || ExtractRecord.Read(experiment).Pitch is not { } earlier) return named;
        PitchChoice choice = ChoiceOf(earlier.Name) ?? throw new TrainingDataException(
            $"'{experiment.Root}' holds pitch of curves that were given: give them again with --f0-file, or name a method with --f0-method, and it is computed anew.");
        return choice with { LowestHz = named.LowestHz ?? choice.LowestHz, HighestHz = named.HighestHz ?? choice.HighestHz, Padding = named.Padding };
    }

    /// <summary>A name is a method, or a method and its range: "crepe 60-500 Hz".</summary>
    /// <returns>Null for pitch that was given.</returns>
    internal static PitchChoice? ChoiceOf(string pitch)
    {
        string[] parts = pitch.Split(' ', '-');
        string? method = PitchMethods.Names.Where(name => pitch == name || pitch.StartsWith(name + ' ', StringComparison.Ordinal)).SingleOrDefault();
        if (method is null) return null;
        bool hasRange = pitch != method && parts.Length >= 4;
        return new PitchChoice { Method = method, LowestHz = hasRange ? Hz(parts[^3]) : null, HighestHz = hasRange ? Hz(parts[^2]) : null };

        static double? Hz(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out double hz) ? hz : null;
    }
}
