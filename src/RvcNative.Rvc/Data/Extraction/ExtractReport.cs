namespace RvcNative.Rvc.Data;

/// <summary>A clip that is not trained on, and why.</summary>
public sealed record SkippedClip(string Name, string Reason)
{
    /// <summary>Whether one of its files holds values that are not finite.</summary>
    public bool IsDamaged { get; init; }
}

/// <summary>What <see cref="Extractor"/> computed, kept and left out.</summary>
public sealed record ExtractReport
{
    /// <summary>Chunks found at 16 kHz.</summary>
    public required int Clips { get; init; }

    /// <summary>Clips whose pitch was computed now; that of others was there.</summary>
    public required int PitchComputed { get; init; }

    /// <summary>Clips whose features were computed now; those of others were there.</summary>
    public required int FeaturesComputed { get; init; }

    public required IReadOnlyList<SkippedClip> Skipped { get; init; }

    public required int SampleRateHz { get; init; }

    /// <summary>Ascending.</summary>
    public required IReadOnlyList<int> Speakers { get; init; }

    /// <summary>Lines of filelist.txt, silence included.</summary>
    public required int Lines { get; init; }

    /// <summary>Whether config.json was written; one that is there is left as it is.</summary>
    public required bool ConfigWritten { get; init; }

    /// <summary>What the pitch looks like; null for a voice without pitch.</summary>
    public PitchSummary? Pitch { get; init; }

    /// <summary>A remark on what was found, or null.</summary>
    public string? Note { get; init; }
}
