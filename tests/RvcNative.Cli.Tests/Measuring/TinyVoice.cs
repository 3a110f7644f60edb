using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Tests.Measuring;

/// <summary>40k's layers with few channels, and segments of three frames.</summary>
internal sealed class TinyVoice : IDisposable
{
    internal const int Frames = 5;
    private readonly string _folder = Directory.CreateTempSubdirectory("rvcnative-tiny-").FullName;

    internal TinyVoice()
    {
        RvcConfig config = Presets.Of(ModelVersion.V2, 40000);
        config = config with
        {
            Train = config.Train with { SegmentSamples = 1200 },
            Model = config.Model with
            {
                InterChannels = 8,
                HiddenChannels = 8,
                FilterChannels = 16,
                UpsampleInitialChannel = 16,
                GinChannels = 8,
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
