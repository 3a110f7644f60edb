using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Demo;

/// <summary>What a demo trains: mainline's 32 kHz model of version 2 with a fraction of its channels, for as many steps as its time allows.</summary>
/// <param name="IsShort">Too few steps for any claim about the result.</param>
internal sealed record DemoPlan(RvcConfig Config, int Epochs, bool IsShort)
{
    internal const ModelVersion Version = ModelVersion.V2;

    internal const int SampleRateHz = 32000, BatchSize = 4;

    /// <summary>Short chunks: a step's time goes into the segments that it hears, not into encoding what surrounds them.</summary>
    internal const double ChunkSeconds = 1.5;

    /// <summary>The mel loss must fall under this part of where it began.</summary>
    internal const double WantedRatio = 0.5;

    internal static DemoPlan Full { get; } = new(Reduced(), Epochs: 80, IsShort: false);

    /// <summary>The same stages with a few steps, for CI.</summary>
    internal static DemoPlan Short { get; } = new(Reduced(), Epochs: 1, IsShort: true);

    // The weights of the losses are mainline's. The rate is twenty times its own, for there is no pretrained model to be careful with, and falls fast.
    private static RvcConfig Reduced()
    {
        RvcConfig mainline = Presets.Of(Version, SampleRateHz);
        return mainline with
        {
            Train = mainline.Train with { LearningRate = 2e-3, LearningRateDecay = 0.97, SegmentSamples = 6400, BatchSize = BatchSize, LogInterval = 10, DiscriminatorDivisor = 16 },
            Model = mainline.Model with
            {
                InterChannels = 64,
                HiddenChannels = 64,
                FilterChannels = 128,
                Layers = 2,
                ResBlockKernels = [3, 7],
                ResBlockDilations = [[1, 3], [1, 3]],
                UpsampleInitialChannel = 128,
                GinChannels = 32,
                Speakers = 2,
            },
        };
    }
}
