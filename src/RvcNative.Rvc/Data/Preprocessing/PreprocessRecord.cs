namespace RvcNative.Rvc.Data;

/// <summary>
/// logs/NAME/preprocess.json: the settings and recordings that the chunks were made of. Written before the first chunk with no report, and
/// again after the last with it, so an interrupted run shows.
/// </summary>
internal sealed record PreprocessRecord(int SampleRateHz, double ChunkSeconds, IReadOnlyList<Recording> Recordings, PreprocessReport? Report = null)
{
    /// <summary>Null when there is none; one without recordings when it is damaged.</summary>
    internal static PreprocessRecord? Read(ExperimentFolder experiment) =>
        RecordFile.Read(experiment.PreprocessRecord, DataJson.Default.PreprocessRecord, () => new PreprocessRecord(0, 0, []));

    internal void Write(ExperimentFolder experiment) => RecordFile.Write(experiment.PreprocessRecord, this, DataJson.Default.PreprocessRecord);

    /// <summary>Why chunks made by this are not those that the other would make, or null.</summary>
    internal string? DifferenceFrom(PreprocessRecord wanted, ExperimentFolder experiment)
    {
        if (SampleRateHz == 0) return "preprocess.json is damaged";
        if (SampleRateHz != wanted.SampleRateHz) return $"the sample rate was {SampleRateHz} Hz and is now {wanted.SampleRateHz} Hz";
        if (ChunkSeconds != wanted.ChunkSeconds) return $"chunks were {ChunkSeconds} s and are now {wanted.ChunkSeconds} s";
        if (!Recordings.SequenceEqual(wanted.Recordings)) return RecordingsDifference(wanted);
        if (Report is null) return "the last run did not come to its end";
        if (Report.Unusable.FirstOrDefault() is { } unusable) return $"'{unusable.Recording.RelativePath}' could not be used and is tried again";
        string[] stages = [experiment.Waves, experiment.Waves16k];
        bool allThere = stages.All(stage => ExperimentFolder.FilesOf(stage, ".wav").Length == Report.Chunks);
        return allThere ? null : "the chunks are not those that were written";
    }

    private string RecordingsDifference(PreprocessRecord wanted)
    {
        Dictionary<string, Recording> before = Recordings.ToDictionary(each => each.RelativePath);
        int added = wanted.Recordings.Count(each => !before.ContainsKey(each.RelativePath));
        int gone = Recordings.Count - (wanted.Recordings.Count - added);
        int changed = wanted.Recordings.Count(each => before.TryGetValue(each.RelativePath, out Recording? old)
            && (old.Bytes, old.ModifiedUtc, old.Speaker) != (each.Bytes, each.ModifiedUtc, each.Speaker));
        return $"the recordings are not the same: {added} new, {changed} changed, {gone} gone";
    }
}
