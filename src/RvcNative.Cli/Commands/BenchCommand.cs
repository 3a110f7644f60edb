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

    private static Option<string> Config() => new("--config") { Description = "32k, 40k, 48k, or a config.json.", DefaultValueFactory = _ => "40k" };

    private static Option<DirectoryInfo?> Repository(string use) => new("--rvc-repo") { Description = $"A checkout of mainline RVC, {use}" };

    private static Option<string> Python() => new("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "python3" };

    private static Option<bool> NoPitch() => new("--no-f0") { Description = "A voice without pitch." };

    private static ModelVersion VersionOf(string text) => text == "v1" ? ModelVersion.V1 : ModelVersion.V2;

    private static RvcConfig ConfigOf(string text, ModelVersion version) =>
        Presets.SampleRatesHz.TryGetValue(text, out int sampleRateHz) ? Presets.Of(version, sampleRateHz) : ConfigFile.Read(text);
}
