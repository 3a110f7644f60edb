using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Demo;

/// <summary>What a demo trains: the 32 kHz model of version 2 with a fraction of its channels, for as many steps as its time allows.</summary>
/// <param name="IsShort">Too few steps for any claim about the result.</param>
internal sealed record DemoPlan(RvcConfig Config, int Epochs, bool IsShort)
{
    internal const ModelVersion Version = ModelVersion.V2;

    internal const int SampleRateHz = 32000, BatchSize = 4;

    /// <summary>Short chunks: a step's time goes into the segments that it hears, not into encoding what surrounds them.</summary>
    internal const double ChunkSeconds = 1.5;

    /// <summary>The mel loss must fall under this part of where it began.</summary>
    internal const double WantedRatio = 0.5;

    internal string MelLossName => Config.MelLoss().Form == MelLossForm.MultiScale ? "multi-scale mel loss" : "mel loss";

    /// <param name="isShort">The same stages with a few steps, for CI.</param>
    internal static DemoPlan Of(Vocoder vocoder, bool isShort) =>
        new(Reduced(vocoder), isShort ? 1 : FullEpochs(vocoder), isShort);

    private static int FullEpochs(Vocoder vocoder) => vocoder switch
    {
        Vocoder.RefineGan => 66,
        Vocoder.MrfHifiGan => 60,
        _ => 80,
    };

    // The weights of the losses are the peers'. The rate is some ten times theirs, for there is no pretrained model to be careful with, and falls fast.
    private static RvcConfig Reduced(Vocoder vocoder)
    {
        RvcConfig full = Presets.Of(Version, SampleRateHz, vocoder);
        RvcConfig reduced = full with
        {
            Train = full.Train with { LearningRate = 2e-3, LearningRateDecay = 0.97, SegmentSamples = 6400, BatchSize = BatchSize, LogInterval = 10, DiscriminatorDivisor = 16 },
            Model = full.Model with
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

        // RefineGAN has 32 channels at the audio's rate, whatever is asked for; two stages keep the rest small, and segments of half the length pay for
        // the steps: in the first two hundred its latent says so little that a conversion is hardly more than the mean spectrum.
        return vocoder != Vocoder.RefineGan ? reduced : reduced with
        {
            Train = reduced.Train with { SegmentSamples = 3200 },
            Model = reduced.Model with { UpsampleRates = [20, 16], UpsampleKernels = [40, 32] },
        };
    }
}
