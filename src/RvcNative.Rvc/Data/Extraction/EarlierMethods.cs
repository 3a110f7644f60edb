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
        PitchChoice choice = PitchMethods.ChoiceOf(earlier.Name) ?? throw new TrainingDataException(
            $"'{experiment.Root}' holds pitch of curves that were given: give them again with --f0-file, or name a method with --f0-method, and it is computed anew.");
        return named.Over(choice);
    }
}
