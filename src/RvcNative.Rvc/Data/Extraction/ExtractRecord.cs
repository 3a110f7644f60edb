namespace RvcNative.Rvc.Data;

/// <summary>logs/NAME/extract.json: what made the pitch and, for each number of channels, the phone features.</summary>
/// <param name="Features">By channels, "256" or "768".</param>
/// <param name="Pitch">Null before there is any; a null is left out of the file, so it is no parameter that has to be there.</param>
/// <param name="FeatureHashes">Of the weights that made them, likewise; none for features without weights.</param>
internal sealed record ExtractRecord(
    IReadOnlyDictionary<string, string> Features, PitchMethod? Pitch = null, IReadOnlyDictionary<string, string>? FeatureHashes = null)
{
    internal static ExtractRecord Empty { get; } = new(new Dictionary<string, string>());

    internal static ExtractRecord Read(ExperimentFolder experiment) =>
        RecordFile.Read(experiment.ExtractRecord, DataJson.Default.ExtractRecord, _ => Empty) ?? Empty;

    internal void Write(ExperimentFolder experiment) => RecordFile.Write(experiment.ExtractRecord, this, DataJson.Default.ExtractRecord);

    internal string? FeaturesOf(int channels) => Features.GetValueOrDefault($"{channels}");

    internal string? HashOf(int channels) => FeatureHashes?.GetValueOrDefault($"{channels}");

    internal ExtractRecord WithFeatures(int channels, string name, string? hash)
    {
        Dictionary<string, string> hashes = new(FeatureHashes ?? new Dictionary<string, string>());
        hashes.Remove($"{channels}");
        if (hash is not null) hashes.Add($"{channels}", hash);
        return this with
        {
            Features = new Dictionary<string, string>(Features) { [$"{channels}"] = name },
            FeatureHashes = hashes.Count > 0 ? hashes : null,
        };
    }
}

/// <param name="FillsUnvoiced">Whether unvoiced frames were filled on a line between their neighbours, as mainline does.</param>
internal sealed record PitchMethod(string Name, bool FillsUnvoiced)
{
    public override string ToString() => FillsUnvoiced ? $"'{Name}' with filled gaps" : $"'{Name}'";
}
