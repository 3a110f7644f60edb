namespace RvcNative.Rvc.Data;

/// <summary>One clip for training, all of it T frames long.</summary>
public sealed record TrainingItem
{
    public required string Name { get; init; }

    public required int Speaker { get; init; }

    /// <summary>T.</summary>
    public required int Frames { get; init; }

    /// <summary>[T,C]: every row of the features twice, for they come at half the rate.</summary>
    public required float[] Phone { get; init; }

    /// <summary>[T], classes 1..255; null for a voice without pitch.</summary>
    public required long[]? Pitch { get; init; }

    /// <summary>[T] in Hz, 0 where unvoiced; null for a voice without pitch.</summary>
    public required float[]? F0 { get; init; }

    /// <summary>[T,F], linear magnitude; empty in a set without spectra.</summary>
    public required float[] Spec { get; init; }

    /// <summary>[T * hop].</summary>
    public required float[] Wave { get; init; }

    internal static long Bytes(long frames, int channels, int bins, int hopSamples) => 4L * frames * (channels + bins + hopSamples + 3);
}
