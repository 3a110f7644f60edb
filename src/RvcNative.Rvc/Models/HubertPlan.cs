namespace RvcNative.Rvc.Models;

/// <summary>One convolution of HuBERT's front end, without bias or padding.</summary>
public readonly record struct HubertConvolution(int Channels, int Kernel, int Stride);

/// <summary>Sizes of a HuBERT encoder; the base model's as in Hsu et al. 2021 (arXiv:2106.07447), which ContentVec (arXiv:2204.09224) keeps.</summary>
public sealed record HubertPlan
{
    /// <summary>fairseq's "[(512,10,5)] + [(512,3,2)] * 4 + [(512,2,2)] * 2".</summary>
    public IReadOnlyList<HubertConvolution> Convolutions { get; init; } =
    [
        new(512, 10, 5), new(512, 3, 2), new(512, 3, 2), new(512, 3, 2), new(512, 3, 2), new(512, 2, 2), new(512, 2, 2),
    ];

    public int HiddenChannels { get; init; } = 768;

    /// <summary>Inner channels of a layer's feed-forward.</summary>
    public int FilterChannels { get; init; } = 3072;

    public int Heads { get; init; } = 12;

    public int Layers { get; init; } = 12;

    public int PositionKernel { get; init; } = 128;

    public int PositionGroups { get; init; } = 16;

    /// <summary>Whether features are normalised before their projection.</summary>
    public bool NormalisesFeatures { get; init; } = true;

    /// <summary>Channels of final_proj, which v1 voices hear; 0 for a network without.</summary>
    public int FinalChannels { get; init; } = 256;

    /// <summary>Of all its norms.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Channels of the front end's features.</summary>
    public int FeatureChannels => Convolutions[^1].Channels;

    /// <summary>Samples from one frame to the next: 320.</summary>
    public int HopSamples => Convolutions.Aggregate(1, (hop, conv) => hop * conv.Stride);

    /// <summary>Samples that one frame sees: 400.</summary>
    public int WindowSamples => SamplesOf(1);

    /// <summary>Samples that so many frames see.</summary>
    public int SamplesOf(int frames)
    {
        int samples = frames;
        for (int i = Convolutions.Count - 1; i >= 0; i--) samples = ((samples - 1) * Convolutions[i].Stride) + Convolutions[i].Kernel;
        return samples;
    }

    /// <summary>Frames of so many samples; 0 where there are too few for one.</summary>
    public int FramesOf(int samples) => samples < WindowSamples ? 0 : ((samples - WindowSamples) / HopSamples) + 1;
}
