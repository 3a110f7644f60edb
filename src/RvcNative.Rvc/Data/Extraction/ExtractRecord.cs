namespace RvcNative.Rvc.Data;

/// <summary>logs/NAME/extract.json: what made the pitch and, for each number of channels, the phone features.</summary>
/// <param name="Pitch">Null before there is any.</param>
/// <param name="Features">By channels, "256" or "768".</param>
internal sealed record ExtractRecord(PitchMethod? Pitch, IReadOnlyDictionary<string, string> Features)
{
    internal static ExtractRecord Empty { get; } = new(null, new Dictionary<string, string>());

    internal static ExtractRecord Read(ExperimentFolder experiment) =>
        RecordFile.Read(experiment.ExtractRecord, DataJson.Default.ExtractRecord, () => Empty) ?? Empty;

    internal void Write(ExperimentFolder experiment) => RecordFile.Write(experiment.ExtractRecord, this, DataJson.Default.ExtractRecord);

    internal string? FeaturesOf(int channels) => Features.GetValueOrDefault($"{channels}");

    internal ExtractRecord WithFeatures(int channels, string name) =>
        this with { Features = new Dictionary<string, string>(Features) { [$"{channels}"] = name } };
}

/// <param name="FillsUnvoiced">Whether unvoiced frames were filled on a line between their neighbours, as mainline does.</param>
internal sealed record PitchMethod(string Name, bool FillsUnvoiced)
{
    public override string ToString() => FillsUnvoiced ? $"'{Name}' with filled gaps" : $"'{Name}'";
}
