using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Configuration;

/// <summary>The section "train" of a mainline config.json.</summary>
public sealed record TrainSettings
{
    public required int LogInterval { get; init; }

    public required long Seed { get; init; }

    public required int Epochs { get; init; }

    public required double LearningRate { get; init; }

    public required double Beta1 { get; init; }

    public required double Beta2 { get; init; }

    public required double Epsilon { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>Factor on the learning rate after every epoch.</summary>
    public required double LearningRateDecay { get; init; }

    /// <summary>Samples of audio that one item's step generates.</summary>
    public required int SegmentSamples { get; init; }

    /// <summary>Weight of the mel loss.</summary>
    public required double MelWeight { get; init; }

    /// <summary>Weight of the KL divergence.</summary>
    public required double KlWeight { get; init; }

    /// <summary>
    /// Divides the discriminators' channels and groups: a key of ours (discriminator_divisor), for demonstrations and tests. Mainline knows 1 only, so
    /// a D checkpoint of another size is of use here alone; G is not touched by it.
    /// </summary>
    public int DiscriminatorDivisor { get; init; } = 1;

    /// <summary>Version of the discriminators, one of <see cref="DiscriminatorNames"/>: a key of ours (discriminator). Null: that which goes with the vocoder.</summary>
    public string? Discriminator { get; init; }

    /// <summary>Form of the mel loss, one of <see cref="MelLossNames"/>: a key of ours (mel_loss). Null: that which goes with the vocoder.</summary>
    public string? MelLoss { get; init; }

    public static IReadOnlyList<string> DiscriminatorNames { get; } = ["v1", "v2", "v3"];

    public static IReadOnlyList<string> MelLossNames { get; } = ["spec", "wave", "multi-scale"];
}

/// <summary>The section "data" of a mainline config.json.</summary>
public sealed record DataSettings
{
    public required int SampleRateHz { get; init; }

    public required int FftSamples { get; init; }

    public required int HopSamples { get; init; }

    public required int WindowSamples { get; init; }

    public required int MelBands { get; init; }

    public required double MelMinimumHz { get; init; }

    /// <summary>Null: half the sample rate.</summary>
    public required double? MelMaximumHz { get; init; }

    /// <summary>Whether the file is Applio's, which calls the rate data.sample_rate.</summary>
    public bool IsApplio { get; init; }

    public int SpecBins => (FftSamples / 2) + 1;
}

/// <summary>A training's settings in mainline's config.json format; see <see cref="ConfigFile"/> for reading and writing.</summary>
public sealed record RvcConfig(TrainSettings Train, DataSettings Data, ModelSettings Model)
{
    /// <summary>Frames of one item's segment.</summary>
    public int SegmentFrames => Train.SegmentSamples / Data.HopSamples;

    public ModelPlan Plan(ModelVersion version, bool hasPitch) => new(Model, version, hasPitch, Data.SampleRateHz, Data.SpecBins, SegmentFrames);
}
