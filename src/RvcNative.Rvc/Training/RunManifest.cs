using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>A file and the SHA-256 of its bytes.</summary>
public sealed record HashedFile(string Path, string Sha256)
{
    internal static HashedFile Of(string path) => new(path, ContentHash.Of(path));
}

/// <summary>What one call of `train` ran with.</summary>
/// <param name="FromStep">Updates made before it.</param>
/// <param name="Program">Version of the program, of .NET and of the system, in words.</param>
/// <param name="Device">The backend and what it chose to compute with, in words.</param>
/// <param name="Settings">With the batch and the recomputation that were settled on.</param>
/// <param name="DataSha256">Of all files that the clips consist of.</param>
public sealed record ManifestRun(long FromStep, DateTime TimeUtc, string Program, string Device, TrainOptions Settings, string DataSha256);

/// <summary>
/// logs/NAME/manifest.json: all that a training's bytes hang on, one entry for every time that it was begun or gone on with, so that <see cref="Replay"/> can
/// repeat it.
/// </summary>
/// <param name="Config">Text of the config.json that training began with.</param>
/// <param name="Pretrained">The pretrained files.</param>
/// <param name="Data">filelist.txt's clips and all their files, by name in the list.</param>
public sealed record RunManifest(int Format, ulong Seed, string Config, IReadOnlyList<HashedFile> Pretrained, IReadOnlyList<HashedFile> Data, IReadOnlyList<ManifestRun> Runs)
{
    public const string FileName = "manifest.json";

    private const int Known = 1;

    /// <exception cref="FileFormatException">There is none, or it cannot be read.</exception>
    public static RunManifest Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        RunManifest manifest = RecordFile.Read(path, TrainingJson.Default.RunManifest, "without it the training cannot be repeated, but delete it and training goes on")
            ?? throw new FileFormatException(path, "is missing; a training writes it when it begins, and only such a training can be repeated");
        return manifest.Format == Known ? manifest : throw new FileFormatException(path, $"has the format {manifest.Format}, known is {Known}");
    }

    /// <summary>Adds a run, as it begins; the first one begins the manifest.</summary>
    /// <param name="settings">With the batch and the recomputation that were settled on.</param>
    internal static void Add(ExperimentFolder experiment, RunState state, RvcConfig config, TrainOptions settings, Backend backend)
    {
        bool isNew = !File.Exists(Path.Combine(experiment.Root, FileName)) || state.Generator.Name.Length == 0;
        IReadOnlyList<HashedFile> data = HashData(experiment, settings.HasPitch);
        RunManifest manifest = isNew ? new RunManifest(Known, state.Seed, ConfigFile.Text(config), HashPretrained(settings), data, []) : Read(experiment.Root);
        ManifestRun run = new(state.GlobalStep, DateTime.UtcNow, Program(), backend.Name, settings, Sum(data));
        manifest = manifest with { Data = data, Runs = [.. manifest.Runs, run] };
        RecordFile.Write(Path.Combine(experiment.Root, FileName), manifest, TrainingJson.Default.RunManifest);
    }

    /// <summary>Hashes of all files of a training's clips.</summary>
    internal static IReadOnlyList<HashedFile> HashData(ExperimentFolder experiment, bool hasPitch)
    {
        string[] paths = [.. FileList.Read(experiment.FileList, hasPitch)
            .SelectMany(line => (string?[])[line.Wave, line.Features, line.PitchClasses, line.PitchHz]).OfType<string>().Distinct()];
        HashedFile[] hashed = new HashedFile[paths.Length];
        Workers.ForEach([.. Enumerable.Range(0, paths.Length)], threads: 0, i => hashed[i] = HashedFile.Of(paths[i]), CancellationToken.None);
        return hashed;
    }

    /// <summary>One hash of all the files' names and hashes; where they lie does not count.</summary>
    internal static string Sum(IEnumerable<HashedFile> files) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', files.Select(file => $"{Path.GetFileName(file.Path)} {file.Sha256}")))));

    /// <summary>Versions of what computes here.</summary>
    internal static string Program()
    {
        string version = typeof(RunManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        return $"rvcnative {version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}";
    }

    private static IReadOnlyList<HashedFile> HashPretrained(TrainOptions settings) =>
        [.. ((string?[])[settings.PretrainedGenerator, settings.PretrainedDiscriminator]).OfType<string>().Select(HashedFile.Of)];
}
