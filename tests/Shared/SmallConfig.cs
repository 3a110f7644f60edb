using RvcNative.Rvc.Configuration;

namespace RvcNative.Tests;

/// <summary>A configuration made so small that a step takes milliseconds; a segment of ten frames. Several test projects compile it.</summary>
internal static class SmallConfig
{
    internal static RvcConfig Of(RvcConfig full) => new(
        full.Train with { LearningRate = 1e-3, LearningRateDecay = 0.9, SegmentSamples = 10 * full.Data.HopSamples, DiscriminatorDivisor = 64 },
        full.Data with { FftSamples = 1024, WindowSamples = 1024, MelBands = 40 },
        full.Model with
        {
            InterChannels = 8,
            HiddenChannels = 8,
            FilterChannels = 16,
            Layers = 1,
            ResBlockKernels = [3],
            ResBlockDilations = [[1, 3, 5]],
            UpsampleInitialChannel = 32,
            GinChannels = 8,
            Speakers = 4,
        });
}
