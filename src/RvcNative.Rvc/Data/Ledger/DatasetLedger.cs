namespace RvcNative.Rvc.Data;

/// <summary>How slices are made: files of one content and one of these give the same slices.</summary>
public sealed record SliceSettings(int SampleRateHz, string Slicing, double ChunkSeconds, bool DropsClipped)
{
    /// <summary>Why slices of these settings are not those of others, in words.</summary>
    internal string DifferenceFrom(SliceSettings now) =>
        SampleRateHz != now.SampleRateHz ? $"the sample rate was {SampleRateHz} Hz and is now {now.SampleRateHz} Hz"
        : Slicing != now.Slicing ? $"slicing was by {Slicing} and is now by {now.Slicing}"
        : ChunkSeconds != now.ChunkSeconds ? $"slices were {ChunkSeconds} s and are now {now.ChunkSeconds} s"
        : $"clipped files were {(DropsClipped ? "left out and are now used" : "used and are now left out")}";
}

/// <param name="Name">Of its folder; null where that is a number.</param>
public sealed record LedgerSpeaker(int Id, string? Name = null);

/// <summary>
/// logs/NAME/dataset.json: every file of the user's data folder, and what became of each of its samples. Complete when the stage that cuts has come to
/// its end; until then its files are those that need no cutting again.
/// </summary>
public sealed record DatasetLedger(SliceSettings Settings, IReadOnlyList<LedgerSpeaker> Speakers, IReadOnlyList<LedgerFile> Files)
{
    internal const int KnownFormat = 1;

    public int Format { get; init; } = KnownFormat;

    public bool Complete { get; init; }

    /// <summary>Files that are not named as audio.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>A remark on how speakers were told apart, or null.</summary>
    public string? Note { get; init; }

    /// <summary>The sums, for readers of the file; computed when it is written.</summary>
    public LedgerTotals? Totals { get; init; }

    /// <summary>Slices in the order of their files.</summary>
    internal IEnumerable<(LedgerFile File, LedgerSlice Slice)> Slices => Files.SelectMany(file => file.Slices.Select(slice => (file, slice)));

    /// <summary>Names by number up to the last speaker that has one; empty where none has.</summary>
    internal IReadOnlyList<string> SpeakerNames
    {
        get
        {
            if (Speakers.All(speaker => speaker.Name is null)) return [];
            string[] names = new string[Speakers.Max(speaker => speaker.Id) + 1];
            Array.Fill(names, "");
            foreach (LedgerSpeaker speaker in Speakers) names[speaker.Id] = speaker.Name ?? "";
            return names;
        }
    }

    /// <summary>The ledger with another use of some slices; the same object where nothing differs.</summary>
    /// <param name="useOf">The slice as it is now to be.</param>
    internal DatasetLedger WithUses(Func<LedgerFile, LedgerSlice, LedgerSlice> useOf)
    {
        bool differs = false;
        LedgerFile[] files = [.. Files.Select(file => file with { Slices = [.. file.Slices.Select(slice => Used(file, slice))] })];
        return differs ? this with { Files = files } : this;

        LedgerSlice Used(LedgerFile file, LedgerSlice slice)
        {
            LedgerSlice used = useOf(file, slice);
            differs |= used != slice;
            return used;
        }
    }
}
