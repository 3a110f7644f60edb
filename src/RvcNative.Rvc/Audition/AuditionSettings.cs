using System.Globalization;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Audition;

/// <summary>How clips are converted for listening; everything else is as `infer` has it by default.</summary>
public sealed record AuditionSettings
{
    public double PitchSemitones { get; init; }

    /// <summary>A speaker's number or name; null for the first.</summary>
    public string? Speaker { get; init; }

    /// <summary>How pitch is found; by default as the voice was trained.</summary>
    public PitchChoice PitchChoice { get; init; } = new();

    /// <summary>A curve, or a folder with one for every clip, in the place of what would be found; null for none.</summary>
    public string? PitchFile { get; init; }

    /// <summary>Where the curve, or a curve for every clip, is written to; null for nowhere.</summary>
    public string? SavePitch { get; init; }

    /// <summary>The retrieval index; null for none.</summary>
    public string? IndexPath { get; init; }

    public double IndexRate { get; init; } = ConversionSettings.DefaultIndexRate;

    public double Protect { get; init; } = ConversionSettings.DefaultProtect;

    /// <param name="speaker">The voice's number of <see cref="Speaker"/>.</param>
    /// <param name="givenPitchHz">The clip's own curve; null where it is found.</param>
    internal ConversionSettings Conversion(int speaker, IReadOnlyList<double>? givenPitchHz) => new()
    {
        PitchSemitones = PitchSemitones,
        Speaker = speaker,
        IndexRate = IndexRate,
        Protect = Protect,
        GivenPitchHz = givenPitchHz,
    };

    /// <summary>In words, as part of what a render is known by.</summary>
    /// <param name="speaker">As above.</param>
    /// <param name="features">Name of their extractor.</param>
    /// <param name="pitch">Likewise, or which curve; null for a voice without pitch.</param>
    /// <param name="indexSha256">Null without an index.</param>
    internal string Describe(int speaker, string features, string? pitch, string? indexSha256)
    {
        List<string> words = [string.Create(CultureInfo.InvariantCulture, $"pitch {PitchSemitones:+0.##;-0.##;0}")];
        if (speaker != 0) words.Add($"speaker {speaker}");
        if (indexSha256 is not null) words.Add(string.Create(CultureInfo.InvariantCulture, $"index {indexSha256[..8]} rate {IndexRate:0.###} protect {Protect:0.###}"));
        words.Add($"features {features}");
        if (pitch is not null) words.Add($"pitch by {pitch}");
        return string.Join(", ", words);
    }
}
