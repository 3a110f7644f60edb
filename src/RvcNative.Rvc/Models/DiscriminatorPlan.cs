namespace RvcNative.Rvc.Models;

/// <summary>A spectrogram of a resolution discriminator.</summary>
public readonly record struct Resolution(int FftSamples, int HopSamples, int WindowSamples);

/// <summary>Which discriminators there are, and their channels; the versions' are the default, tests use smaller ones.</summary>
/// <param name="ScaleChannels">Outputs of the scale discriminator's six convolutions.</param>
/// <param name="ScaleGroups">Their groups.</param>
/// <param name="PeriodChannels">Outputs of a period discriminator's five convolutions.</param>
public sealed record DiscriminatorPlan(IReadOnlyList<int> Periods, IReadOnlyList<int> ScaleChannels, IReadOnlyList<int> ScaleGroups, IReadOnlyList<int> PeriodChannels)
{
    public IReadOnlyList<Resolution> Resolutions { get; init; } = [];

    /// <summary>Outputs of each of a resolution discriminator's five convolutions.</summary>
    public int ResolutionChannels { get; init; } = 32;

    /// <summary>Discriminators in all.</summary>
    public int Count => 1 + Periods.Count + Resolutions.Count;

    /// <summary>Those of v1 (MultiPeriodDiscriminator) and v2 (MultiPeriodDiscriminatorV2).</summary>
    public static DiscriminatorPlan Of(ModelVersion version) => Of(version == ModelVersion.V1 ? "v1" : "v2");

    /// <param name="version">v1, v2, or v3 with spectrograms, which Applio trains RefineGAN with.</param>
    /// <exception cref="ArgumentException">There is no such version.</exception>
    public static DiscriminatorPlan Of(string version)
    {
        DiscriminatorPlan plan = new([2, 3, 5, 7, 11], [16, 64, 256, 1024, 1024, 1024], [1, 4, 16, 64, 256, 1], [32, 128, 512, 1024, 1024]);
        return version switch
        {
            "v1" => plan with { Periods = [.. plan.Periods, 17] },
            "v2" => plan with { Periods = [.. plan.Periods, 17, 23, 37] },
            "v3" => plan with { Resolutions = [new(1024, 120, 600), new(2048, 240, 1200), new(512, 50, 240)] },
            _ => throw new ArgumentException($"discriminators of version '{version}' are not known; there are v1, v2 and v3"),
        };
    }

    /// <summary>The same layers with a part of the channels and groups, at least one of each.</summary>
    public DiscriminatorPlan DividedBy(int divisor) => this with
    {
        ScaleChannels = [.. ScaleChannels.Select(channels => Math.Max(1, channels / divisor))],
        ScaleGroups = [.. ScaleGroups.Select(groups => Math.Max(1, groups / divisor))],
        PeriodChannels = [.. PeriodChannels.Select(channels => Math.Max(1, channels / divisor))],
        ResolutionChannels = Math.Max(1, ResolutionChannels / divisor),
    };
}
