using System.Text.Json.Serialization;

namespace RvcNative.Rvc.Data;

/// <summary>Why a stretch of a recording, a slice or all of a file is not trained on.</summary>
[JsonConverter(typeof(SnakeCaseEnum<DropReason>))]
public enum DropReason
{
    /// <summary>The slicer left it out, or all samples are zero.</summary>
    Silence,

    /// <summary>Shorter than what the trainer takes (0.75 s), or than one phone feature (25 ms), which is not even written.</summary>
    TooShort,

    /// <summary>Longer than what the trainer takes (6.75 s).</summary>
    TooLong,

    /// <summary>No part of it reaches -42 dB, the slicer's measure of speech.</summary>
    TooQuiet,

    /// <summary>Its peak is above mainline's limit of 2.5: full scale is 1, so the decoding went wrong.</summary>
    TooLoud,

    /// <summary>It cannot be decoded.</summary>
    Unreadable,

    /// <summary>A sample is NaN or infinite.</summary>
    NotFinite,

    /// <summary>More than 0.1% of its samples are at full scale, and the user wants no such file.</summary>
    Clipped,

    /// <summary>Another file has the same bytes.</summary>
    Duplicate,

    /// <summary>Pitch or features could not be extracted, or the trainer refused them.</summary>
    NotExtracted,

    /// <summary>Within a second of what is held out for validation.</summary>
    BesideHeldOut,
}

/// <summary>What a slice is for.</summary>
[JsonConverter(typeof(SnakeCaseEnum<SliceUse>))]
public enum SliceUse
{
    Train,

    /// <summary>Kept from training, to validate on.</summary>
    HeldOut,

    /// <summary>Not trained on; the slice says why.</summary>
    LeftOut,
}

/// <summary>A stretch of a recording that became a slice, [Start, End) in samples of the file.</summary>
/// <param name="Name">Of its files in all stages, without extension.</param>
/// <param name="Samples">Those that are in no earlier slice, for slices overlap: these add up.</param>
public sealed record LedgerSlice(string Name, long Start, long End, long Samples, SliceUse Use = SliceUse.Train, DropReason? Reason = null)
{
    /// <summary>More on the reason, for a reader; or null.</summary>
    public string? Message { get; init; }
}

/// <summary>A stretch of a recording that is in no slice, [Start, End) in samples of the file.</summary>
public sealed record LedgerDrop(long Start, long End, long Samples, DropReason Reason);

/// <summary>
/// What became of one recording: its samples are those of its slices and those of its drops, exactly. A sample is one instant of the file, whatever its
/// channels.
/// </summary>
/// <param name="Number">First half of its slices' names; stays with the content when files come and go.</param>
/// <param name="File">Below the data folder, with '/'.</param>
/// <param name="Sha256">Of its bytes; null where they cannot be read.</param>
public sealed record LedgerFile(int Number, string File, int Speaker, long Bytes, string? Sha256 = null)
{
    /// <summary>0 where the file could not be opened.</summary>
    public int SampleRateHz { get; init; }

    /// <summary>As many as could be decoded.</summary>
    public long Samples { get; init; }

    /// <summary>Largest magnitude; 1 is full scale.</summary>
    public double Peak { get; init; }

    /// <summary>Share of samples of 0.999 or more in magnitude, 0 to 1.</summary>
    public double ClippedShare { get; init; }

    /// <summary>Why nothing of it is in a slice, where that is one reason for all of it.</summary>
    public DropReason? Reason { get; init; }

    /// <summary>The reason in words; null without one.</summary>
    public string? Message { get; init; }

    public IReadOnlyList<LedgerSlice> Slices { get; init; } = [];

    public IReadOnlyList<LedgerDrop> Dropped { get; init; } = [];

    /// <summary>More than 0.1% of the samples are at full scale.</summary>
    public bool IsClipped => ClippedShare > 0.001;

    public double Seconds => SecondsOf(Samples);

    /// <summary>All of it dropped for one reason.</summary>
    internal LedgerFile DroppedFor(DropReason reason, string message) => this with
    {
        Reason = reason,
        Message = message,
        Slices = [],
        Dropped = Samples > 0 ? [new LedgerDrop(0, Samples, Samples, reason)] : [],
    };

    internal double SecondsOf(long samples) => SampleRateHz == 0 ? 0 : (double)samples / SampleRateHz;
}
