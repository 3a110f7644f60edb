using System.Globalization;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>What the peer and we both run.</summary>
/// <param name="Batch">Items of a training step; 1 for conversion.</param>
public sealed record PeerSettings(ModelVersion Version, bool HasPitch, int Batch, int Frames, int Threads);

/// <summary>A peer's own code in PyTorch, from the user's checkout.</summary>
public sealed class CheckoutPeer : IDisposable
{
    private readonly PeerProcess _process;
    private readonly string _folder;

    /// <exception cref="DirectoryNotFoundException">The folder is no checkout of the script's program.</exception>
    /// <exception cref="IOException">As <see cref="PeerProcess"/>.</exception>
    public CheckoutPeer(string python, string repository, PeerScript script, RvcConfig config, PeerSettings settings)
    {
        if (!File.Exists(Path.Combine(repository, script.Mark)))
        {
            throw new DirectoryNotFoundException($"{repository}: is no checkout of {script.Program}: {script.Mark} is not in it");
        }

        _folder = Directory.CreateTempSubdirectory("rvcnative-peer-").FullName;
        string configPath = Path.Combine(_folder, "config.json");
        ConfigFile.Write(config, configPath);
        string[] arguments =
        [
            "--repo", repository, "--config", configPath, "--vocoder", config.Model.Vocoder.FileName(),
            "--version", settings.Version.ToString().ToLowerInvariant(), "--f0", settings.HasPitch ? "1" : "0",
            "--batch", Number(settings.Batch), "--frames", Number(settings.Frames),
        ];
        try
        {
            _process = new PeerProcess(python, script.File, arguments, settings.Threads);
        }
        catch
        {
            Directory.Delete(_folder, recursive: true);
            throw;
        }
    }

    /// <inheritdoc cref="PeerProcess.Name"/>
    public string Name => _process.Name;

    /// <inheritdoc cref="PeerProcess.PeakRssMib"/>
    public double PeakRssMib => _process.PeakRssMib;

    /// <inheritdoc cref="PeerProcess.Losses"/>
    public IReadOnlyDictionary<string, double>? Losses => _process.Losses;

    /// <inheritdoc cref="PeerProcess.Run"/>
    public double Run() => _process.Run();

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
