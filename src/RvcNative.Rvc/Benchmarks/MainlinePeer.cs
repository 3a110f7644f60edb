using System.Globalization;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>What the peer is and how it runs.</summary>
/// <param name="Script">Name of a script in benchmarks/peers.</param>
/// <param name="Batch">Items of a training step; 1 for conversion.</param>
public sealed record PeerSettings(string Python, string Repository, string Script, ModelVersion Version, bool HasPitch, int Batch, int Frames, int Threads);

/// <summary>Mainline's own code in PyTorch, from the user's checkout.</summary>
public sealed class MainlinePeer : IDisposable
{
    /// <summary>A training step; conversion.</summary>
    public const string StepScript = "mainline_step.py", InferScript = "mainline_infer.py";

    private readonly PeerProcess _process;
    private readonly string _folder;

    /// <exception cref="DirectoryNotFoundException">The repository is no checkout of mainline.</exception>
    /// <exception cref="IOException">As <see cref="PeerProcess"/>.</exception>
    public MainlinePeer(PeerSettings settings, RvcConfig config)
    {
        if (!File.Exists(Path.Combine(settings.Repository, "infer", "module", "models.py")))
        {
            throw new DirectoryNotFoundException($"{settings.Repository}: is no checkout of mainline RVC: infer/module/models.py is not in it");
        }

        _folder = Directory.CreateTempSubdirectory("rvcnative-peer-").FullName;
        string configPath = Path.Combine(_folder, "config.json");
        ConfigFile.Write(config, configPath);
        string[] arguments =
        [
            "--repo", settings.Repository, "--config", configPath, "--version", settings.Version.ToString().ToLowerInvariant(),
            "--f0", settings.HasPitch ? "1" : "0", "--batch", Number(settings.Batch), "--frames", Number(settings.Frames),
        ];
        try
        {
            _process = new PeerProcess(settings.Python, settings.Script, arguments, settings.Threads);
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

    /// <inheritdoc cref="PeerProcess.Run"/>
    public double Run() => _process.Run();

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
