using System.CommandLine;
using RvcNative.Rvc.Data;

namespace RvcNative.Cli;

/// <summary>Options that several commands share: the experiment's name and where mainline's folders are.</summary>
internal static class Places
{
    private const int MostThreads = 1024;

    internal static Option<string> Name() => new("--name", "-n") { Description = "Name of the voice; its files are in LOGS/NAME.", Required = true };

    internal static Option<DirectoryInfo> Logs() => new("--logs")
    {
        Description = "Folder of experiments.",
        DefaultValueFactory = _ => new DirectoryInfo("logs"),
    };

    internal static Option<DirectoryInfo> Weights() => new("--weights")
    {
        Description = "Folder of small voice files.",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("assets", "weights")),
    };

    internal static Option<string?> Embedder(string otherwise) => new("--embedder")
    {
        Description = $"Phone features: {string.Join(", ", Embedders.Names)}, or a folder or file of a HuBERT (config.json with pytorch_model.bin or model.safetensors; hubert_base.pt). {otherwise}",
    };

    /// <summary>mainline or applio.</summary>
    internal static Option<string?> V1Features(string otherwise)
    {
        Option<string?> features = new("--v1-features")
        {
            Description = $"For v1 voices: mainline takes the embedder's layer 9, applio its last, each through final_proj. {otherwise}",
        };
        features.AcceptOnlyFromAmong("mainline", "applio");
        return features;
    }

    internal static EmbedderChoice EmbedderOf(string? embedder, string? v1Features) => new()
    {
        Embedder = embedder,
        V1Features = v1Features switch { "mainline" => Rvc.Data.V1Features.Mainline, "applio" => Rvc.Data.V1Features.Applio, _ => null },
    };

    /// <summary>A number or a name, as <see cref="Rvc.Checkpoints.VoiceFile.SpeakerNumber"/> takes it.</summary>
    internal static Option<string?> Speaker() => new("--speaker")
    {
        Description = "Which speaker of the voice: a number from 0, or a name where the voice file has names.",
    };

    internal static Option<int> Threads()
    {
        Option<int> threads = new("--threads") { Description = "Threads; 0 takes one per processor." };
        Numbers.Within(threads, 0, MostThreads);
        return threads;
    }

    /// <summary>v1 or v2.</summary>
    internal static Option<string> Version()
    {
        Option<string> version = new("--version") { Description = "v1 (256 phone features) or v2 (768).", DefaultValueFactory = _ => "v2" };
        version.AcceptOnlyFromAmong("v1", "v2");
        return version;
    }

    /// <exception cref="ArgumentException">The name would lead out of the folder.</exception>
    internal static ExperimentFolder Experiment(DirectoryInfo logs, string name) =>
        name.Length > 0 && name.IndexOfAny(['/', '\\', '\0']) < 0 && name is not ("." or "..")
            ? new ExperimentFolder(Path.Combine(logs.FullName, name))
            : throw new ArgumentException($"--name '{name}' is not the name of a folder; give one without slashes, such as --name mira");
}
