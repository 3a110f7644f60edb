using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RvcNative.Rvc.Configuration;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>What the peer is and how it runs.</summary>
public sealed record PeerSettings(string Python, string Repository, string Script, string Version, bool HasPitch, int Batch, int Frames, int Threads);

/// <summary>
/// Mainline's own training step in PyTorch, as a process that stays alive and makes one step for each line that it is sent
/// (benchmarks/peers/mainline_step.py), so that steps can be timed in turn with ours.
/// </summary>
public sealed class MainlinePeer : IDisposable
{
    public const string ScriptPath = "benchmarks/peers/mainline_step.py";
    private const int ErrorLinesShown = 4;
    private readonly Process _process;
    private readonly string _folder;
    private readonly List<string> _errors = [];

    /// <exception cref="IOException">Python cannot be started, or the script ended; the message has its last words.</exception>
    public MainlinePeer(PeerSettings settings, RvcConfig config)
    {
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
            settings.Script, "--repo", settings.Repository, "--config", configPath, "--version", settings.Version,
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

    /// <summary>The process's peak memory after its last step, in MiB.</summary>
    public double PeakRssMib { get; private set; }

    /// <summary>Makes one step.</summary>
    /// <returns>Its milliseconds, measured inside the process.</returns>
    public double Run()
    {
        _process.StandardInput.WriteLine("step");
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

    /// <summary>The script in the repository around the current folder or the program's; null when there is none.</summary>
    public static string? FindScript()
    {
        foreach (string start in (string[])[Directory.GetCurrentDirectory(), AppContext.BaseDirectory])
        {
            for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                string script = Path.Combine(folder, ScriptPath);
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
