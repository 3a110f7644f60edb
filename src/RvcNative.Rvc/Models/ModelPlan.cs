using System.Diagnostics.CodeAnalysis;

namespace RvcNative.Rvc.Models;

/// <summary>RVC's two generations: phone features of 256 or of 768 values.</summary>
public enum ModelVersion
{
    V1,
    V2,
}

/// <summary>The networks' sizes, as the section "model" of a config.json has them.</summary>
public record ModelSettings
{
    public Vocoder Vocoder { get; init; } = Vocoder.HifiGan;

    public required int InterChannels { get; init; }

    public required int HiddenChannels { get; init; }

    public required int FilterChannels { get; init; }

    public required int Heads { get; init; }

    public required int Layers { get; init; }

    public required int KernelSize { get; init; }

    /// <summary>"1" or "2".</summary>
    public required string ResBlock { get; init; }

    public required IReadOnlyList<int> ResBlockKernels { get; init; }

    public required IReadOnlyList<IReadOnlyList<int>> ResBlockDilations { get; init; }

    public required IReadOnlyList<int> UpsampleRates { get; init; }

    public required int UpsampleInitialChannel { get; init; }

    public required IReadOnlyList<int> UpsampleKernels { get; init; }

    public required int GinChannels { get; init; }

    public required int Speakers { get; init; }

    /// <summary>Audio samples that one frame becomes.</summary>
    public int SamplesPerFrame => UpsampleRates.Aggregate(1, (product, rate) => product * rate);
}

/// <summary>Everything that decides a synthesizer's parameters and their shapes; from a config.json or a voice file's config list.</summary>
public sealed record ModelPlan : ModelSettings
{
    public ModelPlan()
    {
    }

    /// <summary>Sizes of a configuration, and what it takes beside them.</summary>
    [SetsRequiredMembers]
    public ModelPlan(ModelSettings sizes, ModelVersion version, bool hasPitch, int sampleRateHz, int specChannels, int segmentFrames) : base(sizes) =>
        (Version, HasPitch, SampleRateHz, SpecChannels, SegmentFrames) = (version, hasPitch, sampleRateHz, specChannels, segmentFrames);

    public required ModelVersion Version { get; init; }

    public required bool HasPitch { get; init; }

    public required int SampleRateHz { get; init; }

    /// <summary>Bins of the linear spectrogram.</summary>
    public required int SpecChannels { get; init; }

    /// <summary>Frames that the decoder makes audio of in a training step.</summary>
    public required int SegmentFrames { get; init; }

    /// <summary>Width of a phone feature.</summary>
    public int PhoneChannels => Version == ModelVersion.V1 ? 256 : 768;
}
