namespace RvcNative.Rvc.Data;

/// <summary>Why a chunk was not written.</summary>
public enum DropCause
{
    /// <summary>All samples are zero.</summary>
    Silent,

    /// <summary>Its peak is above mainline's limit of 2.5: full scale is 1, so the decoding went wrong.</summary>
    TooLoud,

    /// <summary>Shorter than one phone feature (400 samples at 16 kHz, 25 ms).</summary>
    TooShort,
}

/// <summary>A chunk that was not written.</summary>
/// <param name="Index">Its number in the recording; no other chunk takes it.</param>
/// <param name="StartSample">Where it begins, at the training rate.</param>
public sealed record DroppedChunk(int Index, int StartSample, int Samples, double Peak, DropCause Cause);

/// <summary>
/// What became of one recording. In samples at the training rate, <see cref="InputSamples"/> is the sum of <see cref="KeptSamples"/>,
/// <see cref="SilenceSamples"/> and <see cref="DroppedSamples"/>; chunks overlap, so <see cref="WrittenSamples"/> may exceed what is kept.
/// </summary>
public sealed record RecordingReport(Recording Recording)
{
    /// <summary>Why nothing of it could be used, or null.</summary>
    public string? Problem { get; init; }

    public long InputSamples { get; init; }

    /// <summary>Samples that are in at least one chunk.</summary>
    public long KeptSamples { get; init; }

    /// <summary>Samples that the slicer left out.</summary>
    public long SilenceSamples { get; init; }

    /// <summary>Samples of dropped chunks, or of the whole recording when it cannot be used.</summary>
    public long DroppedSamples { get; init; }

    /// <summary>Samples of all written chunks.</summary>
    public long WrittenSamples { get; init; }

    public int Chunks { get; init; }

    public IReadOnlyList<DroppedChunk> Dropped { get; init; } = [];
}

/// <summary>What <see cref="Preprocessor"/> read, wrote and left out.</summary>
public sealed record PreprocessReport(int SampleRateHz, IReadOnlyList<RecordingReport> Recordings)
{
    /// <summary>True when all was there from an earlier run with the same settings and recordings.</summary>
    public bool Reused { get; init; }

    /// <summary>Why the chunks of an earlier run were removed first, or null.</summary>
    public string? Replaced { get; init; }

    /// <summary>A remark on how speakers were told apart, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Files that are not named as audio.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    public int Chunks => Recordings.Sum(each => each.Chunks);

    public double InputSeconds => Seconds(each => each.InputSamples);

    public double KeptSeconds => Seconds(each => each.KeptSamples);

    public double SilenceSeconds => Seconds(each => each.SilenceSamples);

    public double DroppedSeconds => Seconds(each => each.DroppedSamples);

    /// <summary>Length of all chunks, their overlaps counted twice.</summary>
    public double WrittenSeconds => Seconds(each => each.WrittenSamples);

    /// <summary>Recordings of which nothing could be used, with the reason in <see cref="RecordingReport.Problem"/>.</summary>
    public IEnumerable<RecordingReport> Unusable => Recordings.Where(each => each.Problem is not null);

    /// <summary>Speakers that have chunks, ascending.</summary>
    public IReadOnlyList<int> Speakers => [.. Recordings.Where(each => each.Chunks > 0).Select(each => each.Recording.Speaker).Distinct().Order()];

    private double Seconds(Func<RecordingReport, long> samples) => (double)Recordings.Sum(samples) / SampleRateHz;
}
