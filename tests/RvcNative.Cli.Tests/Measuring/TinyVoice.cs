using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Tests.Measuring;

/// <summary>40k's layers with few channels, and segments of three frames.</summary>
internal sealed class TinyVoice : IDisposable
{
    internal const int Frames = 5;
    private readonly string _folder = Directory.CreateTempSubdirectory("rvcnative-tiny-").FullName;

    /// <param name="vocoder">Applio's RefineGAN has its sizes written into the code: 512 channels and a speaker of 256.</param>
    internal TinyVoice(Vocoder vocoder = Vocoder.HifiGan)
    {
        RvcConfig config = Presets.Of(ModelVersion.V2, 40000, vocoder);
        config = config with
        {
            Train = config.Train with { SegmentSamples = 1200 },
            Model = config.Model with
            {
                InterChannels = 8,
                HiddenChannels = 8,
                FilterChannels = 16,
                UpsampleInitialChannel = vocoder switch
                {
                    Vocoder.RefineGan => 512,
                    Vocoder.MrfHifiGan => 64,   // of 16 one is left in the last stage, and random weights may make it silent
                    _ => 16,
                },
                GinChannels = vocoder == Vocoder.RefineGan ? 256 : 8,
                Speakers = 4,
            },
        };
        ConfigPath = Path.Combine(_folder, "config.json");
        ConfigFile.Write(config, ConfigPath);
    }

    internal string ConfigPath { get; }

    internal static DiscriminatorPlan Discriminators { get; } = DiscriminatorPlan.Of(ModelVersion.V2).DividedBy(32) with { Periods = [2, 3] };

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
