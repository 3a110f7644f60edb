using System.CommandLine;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Commands;

/// <summary>`bench`: measurements, each under a name of its own.</summary>
internal static partial class BenchCommand
{
    internal static Command Create() =>
        new("bench", "Measures this machine at the work that training does.\n\nExample: rvcnative bench step --config 40k --batch 4 --frames 300")
    {
        CreateStep(),
        CreateOps(),
        CreateInfer(),
        CreateEmbedder(),
        CreatePitch(),
    };

    private static Option<string> Config() => new("--config") { Description = "24k, 32k, 40k, 48k, or a config.json.", DefaultValueFactory = _ => "40k" };

    private static Option<DirectoryInfo?> Repository(string use) => new("--rvc-repo") { Description = $"A checkout of mainline RVC, {use}" };

    private static Option<DirectoryInfo?> ApplioRepository(string use) => new("--applio-repo") { Description = $"A checkout of Applio, {use}" };

    private static Option<string?> VocoderOption() => TrainCommand.VocoderOption("The generator: hifigan, mrf or refinegan; default is the configuration's.");

    private static Option<string> Python() => new("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "python3" };

    private static Option<bool> NoPitch() => new("--no-f0") { Description = "A voice without pitch." };

    private static ModelVersion VersionOf(string text) => text == "v1" ? ModelVersion.V1 : ModelVersion.V2;

    private static RvcConfig ConfigOf(string text, ModelVersion version, Combination chosen)
    {
        RvcConfig config = Presets.SampleRatesHz.TryGetValue(text, out int sampleRateHz)
            ? Presets.Of(version, sampleRateHz, chosen.Vocoder ?? Vocoder.HifiGan)
            : ConfigFile.Read(text);
        return config with
        {
            Model = config.Model with { Vocoder = chosen.Vocoder ?? config.Model.Vocoder },
            Train = config.Train with { Discriminator = chosen.Discriminator ?? config.Train.Discriminator, MelLoss = chosen.MelLoss ?? config.Train.MelLoss },
        };
    }

    /// <summary>What is named beside a configuration; null takes the configuration's, or what goes with the vocoder.</summary>
    internal readonly record struct Combination(Vocoder? Vocoder, string? Discriminator = null, string? MelLoss = null);
}
