namespace RvcNative.Rvc.Data;

/// <summary>Sees to it that all clips of a folder have their pitch, and their features, from one method.</summary>
internal static class ExtractMethods
{
    /// <summary>
    /// Records the wanted methods in extract.json and removes what others of ours made. What another program has made is used as it is and not added to: the method is null then.
    /// </summary>
    /// <exception cref="TrainingDataException">A training in the folder has heard files of another method.</exception>
    internal static (IPitchExtractor? Pitch, IFeatureExtractor? Features, string? Note) Settle(
        ExperimentFolder experiment, ExtractOptions options, int channels)
    {
        IFeatureExtractor features = options.Features ?? new BuiltInFeatures(channels);
        if (features.Channels != channels)
            throw new TrainingDataException($"'{features.Name}' gives {features.Channels} values a frame; {options.Version} voices want {channels}.");
        string[] featureStages = [experiment.Features(channels)];
        string[] pitchStages = options.Pitch is null ? [] : [experiment.PitchClasses, experiment.PitchHz];
        foreach (string stage in (string[])[.. featureStages, .. pitchStages])
        {
            if (options.Restart) ExperimentFolder.Clear(stage);
            else RemoveTemporary(stage);
        }

        ExtractRecord record = ExtractRecord.Read(experiment);
        List<string> notes = [], foreign = [];
        bool isForeignPitch = false;
        if (options.Pitch is not null)
        {
            PitchMethod wanted = new(options.Pitch.Name, options.FillUnvoiced);
            isForeignPitch = Settled("pitch", pitchStages, record.Pitch?.ToString(), wanted.ToString());
            if (!isForeignPitch) record = record with { Pitch = wanted };
        }

        // Of features without a hash, which an earlier version left, the name is all that is known.
        string? name = record.FeaturesOf(channels), hash = record.HashOf(channels) ?? (name == features.Name ? features.Hash : null);
        bool areForeignFeatures = Settled("features", featureStages, name is null ? null : Described(name, hash), Described(features.Name, features.Hash));
        if (!areForeignFeatures) record = record.WithFeatures(channels, features.Name, features.Hash);
        record.Write(experiment);
        if (foreign.Count > 0) notes.Add($"{string.Join(" and ", foreign)} of another program are used as they are; --restart computes them anew");
        return (isForeignPitch ? null : options.Pitch, areForeignFeatures ? null : features, notes.Count == 0 ? null : string.Join("; ", notes));

        // Whether the files are another program's. Those of another method go, before extract.json says that all are of this one.
        bool Settled(string what, string[] stages, string? before, string now)
        {
            if (!stages.Any(Holds)) return false;
            if (before is null)
            {
                foreign.Add(what);
                return true;
            }

            if (before == now) return false;
            if (experiment.HasCheckpoints)
            {
                throw new TrainingDataException($"'{experiment.Root}': the training in this folder has heard {what} of {before}, and would go on with {what} of {now}. "
                    + "Name the same method again, train under another name, or say --restart if that is meant.");
            }

            foreach (string stage in stages) ExperimentFolder.Clear(stage);
            notes.Add($"{what} of {before} removed and computed anew, by {now}");
            return false;
        }

        static string Described(string name, string? hash) => hash is null ? $"'{name}'" : $"'{name}' (weights of SHA-256 {hash})";
    }

    private static bool Holds(string stage) => ExperimentFolder.FilesOf(stage, ".npy").Length > 0;

    // What a killed run left half-written.
    private static void RemoveTemporary(string stage)
    {
        if (!Directory.Exists(stage)) return;
        foreach (string file in Directory.EnumerateFiles(stage, "*.tmp")) File.Delete(file);
    }
}
