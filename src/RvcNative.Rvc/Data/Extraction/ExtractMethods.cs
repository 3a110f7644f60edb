namespace RvcNative.Rvc.Data;

/// <summary>Sees to it that all clips of a folder have their pitch, and their features, from one method.</summary>
internal static class ExtractMethods
{
    /// <summary>
    /// Records the wanted methods in extract.json. What another program has made is used as it is and not added to: the method is null then.
    /// </summary>
    /// <exception cref="TrainingDataException">The folder holds files of another method.</exception>
    internal static (IPitchExtractor? Pitch, IFeatureExtractor? Features, string? Note) Settle(
        ExperimentFolder experiment, ExtractOptions options, int channels)
    {
        IFeatureExtractor features = options.Features ?? new BuiltInFeatures(channels);
        if (features.Channels != channels)
            throw new TrainingDataException($"'{features.Name}' gives {features.Channels} values a frame; {options.Version} voices want {channels}.");
        string featureStage = experiment.Features(channels);
        string[] pitchStages = options.Pitch is null ? [] : [experiment.PitchClasses, experiment.PitchHz];
        foreach (string stage in (string[])[featureStage, .. pitchStages])
        {
            if (options.Restart) ExperimentFolder.Clear(stage);
            else RemoveTemporary(stage);
        }

        ExtractRecord record = ExtractRecord.Read(experiment);
        bool hasFeatures = Holds(featureStage), hasPitch = pitchStages.Any(Holds);
        string? featuresBefore = record.FeaturesOf(channels);
        bool foreignFeatures = hasFeatures && featuresBefore is null, foreignPitch = hasPitch && record.Pitch is null;
        if (hasFeatures && !foreignFeatures && featuresBefore != features.Name) throw Mixed("features", $"'{featuresBefore}'", $"'{features.Name}'");
        if (hasFeatures && !foreignFeatures && record.HashOf(channels) is { } before && before != features.Hash)
            throw Mixed("features", $"'{featuresBefore}' with weights of SHA-256 {before}", $"'{features.Name}' with others, {features.Hash}");
        if (!foreignFeatures) record = record.WithFeatures(channels, features.Name, features.Hash);
        if (options.Pitch is not null && !foreignPitch)
        {
            PitchMethod wanted = new(options.Pitch.Name, options.FillUnvoiced);
            if (hasPitch && record.Pitch != wanted) throw Mixed("pitch", $"{record.Pitch}", $"{wanted}");
            record = record with { Pitch = wanted };
        }

        record.Write(experiment);
        string? note = (foreignPitch, foreignFeatures) switch
        {
            (false, false) => null,
            (true, false) => "pitch",
            (false, true) => "features",
            (true, true) => "pitch and features",
        };
        return (foreignPitch ? null : options.Pitch, foreignFeatures ? null : features,
            note is null ? null : $"{note} of another program are used as they are; --restart computes them anew");

        TrainingDataException Mixed(string what, string before, string now) => new(
            $"'{experiment.Root}' holds {what} of {before}, and this run would add some of {now}. "
            + "Use the same method again, choose another name, or say --restart to compute all anew.");
    }

    private static bool Holds(string stage) => ExperimentFolder.FilesOf(stage, ".npy").Length > 0;

    // What a killed run left half-written.
    private static void RemoveTemporary(string stage)
    {
        if (!Directory.Exists(stage)) return;
        foreach (string file in Directory.EnumerateFiles(stage, "*.tmp")) File.Delete(file);
    }
}
