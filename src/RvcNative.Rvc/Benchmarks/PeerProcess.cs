using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>A script of benchmarks/peers as a process that stays alive and runs once for each line that it is sent, so that its runs can be timed in turn with ours.</summary>
public sealed class PeerProcess : IDisposable
{
    private const string Scripts = "benchmarks/peers";
    private const int ErrorLinesShown = 4;
    private readonly Process _process;
    private readonly List<string> _errors = [];

    /// <param name="script">Name of a script in benchmarks/peers.</param>
    /// <param name="arguments">What it is given, but for --threads.</param>
    /// <exception cref="IOException">The script is not there, Python cannot be started, or the script ended; the message has its last words.</exception>
    public PeerProcess(string python, string script, IEnumerable<string> arguments, int threads)
    {
        string path = FindScript(script) ?? throw new FileNotFoundException(
            $"{Scripts}/{script} is neither above the current folder nor above the program; run from a checkout of RvcNative");
        string count = threads.ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = new(python)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in (string[])[path, .. arguments, "--threads", count]) start.ArgumentList.Add(argument);
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["OMP_NUM_THREADS"] = count;
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new IOException($"'{python}' cannot be started ({failure.Message}); name the Python that has PyTorch", failure);
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

    /// <summary>Of the last run where that was a training step, their weights applied, by the names that training shows.</summary>
    public IReadOnlyDictionary<string, double>? Losses { get; private set; }

    /// <summary>Runs once.</summary>
    /// <returns>Its milliseconds, measured inside the process.</returns>
    public double Run()
    {
        _process.StandardInput.WriteLine("run");
        _process.StandardInput.Flush();
        using JsonDocument answer = JsonDocument.Parse(Answer());
        PeakRssMib = answer.RootElement.GetProperty("peak_rss_mib").GetDouble();
        Losses = answer.RootElement.TryGetProperty("losses", out JsonElement losses)
            ? losses.EnumerateObject().ToDictionary(loss => loss.Name, loss => loss.Value.GetDouble())
            : null;
        return answer.RootElement.GetProperty("ms").GetDouble();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
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
}
