using System.Diagnostics;
using System.Globalization;

namespace RvcNative.Cli.Tests.Training;

/// <summary>The program as a user starts it, in a process of its own.</summary>
internal sealed class TrainProcess : IDisposable
{
    // A process that hangs is found; one that a busy machine keeps waiting is not taken for one.
    private const int LongestWaitMs = 1_800_000;
    private readonly Process _process;
    private readonly List<string> _lines = [];

    internal TrainProcess(params string[] command)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "rvcnative.dll"), .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";   // starts a little sooner
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>All that was written, once it has ended.</summary>
    internal string Output
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    internal bool HasExited => _process.HasExited;

    /// <summary>Waits for a line; false when the process ends without one.</summary>
    internal bool WaitForLine(Func<string, bool> wanted)
    {
        long started = Stopwatch.GetTimestamp();
        lock (_lines)
        {
            while (!_lines.Exists(line => wanted(line)))
            {
                if (_process.HasExited) return false;
                Assert.True(Stopwatch.GetElapsedTime(started).TotalMilliseconds < LongestWaitMs, "the process says nothing");
                Monitor.Wait(_lines, 50);
            }
        }

        return true;
    }

    /// <returns>Whether it ended by itself within this time.</returns>
    internal bool EndsWithin(TimeSpan time) => _process.WaitForExit(time);

    /// <returns>The exit code.</returns>
    internal int WaitForEnd()
    {
        Assert.True(_process.WaitForExit(LongestWaitMs), "the process does not end");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: nothing in the process hears of it.</summary>
    internal void Kill()
    {
        _process.Kill();
        WaitForEnd();
    }

    internal void Send(string signal)
    {
        using Process kill = Process.Start("kill", ["-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null) return;
        lock (_lines)
        {
            _lines.Add(line);
            Monitor.PulseAll(_lines);
        }
    }
}
