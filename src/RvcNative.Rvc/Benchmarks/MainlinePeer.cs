using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>What the peer is and how it runs.</summary>
/// <param name="Script">Name of a script in benchmarks/peers.</param>
/// <param name="Batch">Items of a training step; 1 for conversion.</param>
public sealed record PeerSettings(string Python, string Repository, string Script, ModelVersion Version, bool HasPitch, int Batch, int Frames, int Threads);

/// <summary>
/// Mainline's own code in PyTorch, as a process that stays alive and runs once for each line that it is sent (a script in benchmarks/peers), so that
/// its runs can be timed in turn with ours.
/// </summary>
public sealed class MainlinePeer : IDisposable
{
    /// <summary>A training step; conversion.</summary>
    public const string StepScript = "mainline_step.py", InferScript = "mainline_infer.py";

    private const string Scripts = "benchmarks/peers";
    private const int ErrorLinesShown = 4;
    private readonly Process _process;
    private readonly string _folder;
    private readonly List<string> _errors = [];

    /// <exception cref="DirectoryNotFoundException">The repository is no checkout of mainline.</exception>
    /// <exception cref="IOException">Python cannot be started, or the script ended; the message has its last words.</exception>
    public MainlinePeer(PeerSettings settings, RvcConfig config)
    {
        if (!File.Exists(Path.Combine(settings.Repository, "infer", "module", "models.py")))
        {
            throw new DirectoryNotFoundException($"{settings.Repository}: is no checkout of mainline RVC: infer/module/models.py is not in it");
        }

        string script = FindScript(settings.Script) ?? throw new FileNotFoundException(
            $"{Scripts}/{settings.Script} is neither above the current folder nor above the program; run from a checkout of RvcNative");
        _folder = Directory.CreateTempSubdirectory("rvcnative-peer-").FullName;
        string configPath = Path.Combine(_folder, "config.json");
        ConfigFile.Write(config, configPath);
        ProcessStartInfo start = new(settings.Python)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] arguments =
        [
            script, "--repo", settings.Repository, "--config", configPath, "--version", settings.Version.ToString().ToLowerInvariant(),
            "--f0", settings.HasPitch ? "1" : "0",
            "--batch", Number(settings.Batch), "--frames", Number(settings.Frames), "--threads", Number(settings.Threads),
        ];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["OMP_NUM_THREADS"] = Number(settings.Threads);
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            Directory.Delete(_folder, recursive: true);
            throw new IOException($"'{settings.Python}' cannot be started ({failure.Message}); give --python the Python that has PyTorch", failure);
        }

        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors) _errors.Add(line.Data ?? "");
        };
        _process.BeginErrorReadLine();
        using JsonDocument ready = JsonDocument.Parse(Answer());
        Name = ready.RootElement.GetProperty("ready").GetString()!;
    }

    /// <summary>PyTorch's version and threads.</summary>
    public string Name { get; }

    /// <summary>The process's peak memory after its last run, in MiB.</summary>
    public double PeakRssMib { get; private set; }

    /// <summary>Runs once.</summary>
    /// <returns>Its milliseconds, measured inside the process.</returns>
    public double Run()
    {
        _process.StandardInput.WriteLine("run");
        _process.StandardInput.Flush();
        using JsonDocument answer = JsonDocument.Parse(Answer());
        PeakRssMib = answer.RootElement.GetProperty("peak_rss_mib").GetDouble();
        return answer.RootElement.GetProperty("ms").GetDouble();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A script in the repository around the current folder or the program's; null when there is none.</summary>
    public static string? FindScript(string name)
    {
        foreach (string start in (string[])[Directory.GetCurrentDirectory(), AppContext.BaseDirectory])
        {
            for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                string script = Path.Combine(folder, Scripts, name);
                if (File.Exists(script)) return script;
            }
        }

        return null;
    }

    private string Answer()
    {
        if (_process.StandardOutput.ReadLine() is { } line) return line;
        _process.WaitForExit();
        lock (_errors)
        {
            throw new IOException(
                $"the peer ended with {_process.ExitCode}: {string.Join("; ", _errors.Where(error => error.Length > 0).TakeLast(ErrorLinesShown))}");
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
