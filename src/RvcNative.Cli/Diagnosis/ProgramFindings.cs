using System.ComponentModel;
using System.Diagnostics;

namespace RvcNative.Cli.Diagnosis;

/// <summary>Programs that the engine can use and does not need.</summary>
internal static class ProgramFindings
{
    private const int PatienceMs = 20_000;

    // Reads PyTorch's version file without importing PyTorch, which takes seconds.
    private const string TorchVersion =
        "import importlib.util as u, os\ns = u.find_spec('torch')\nif s is None: raise SystemExit('PyTorch is not installed')\n"
        + "g = {}\nexec(open(os.path.join(os.path.dirname(s.origin), 'version.py')).read(), g)\nprint(g['__version__'])";

    internal static IEnumerable<Finding> All(string ffmpeg, string python)
    {
        (bool hasFfmpeg, string version) = Ask(ffmpeg, "-version");
        yield return hasFfmpeg
            ? new Finding("ffmpeg", FindingState.Ok, version)
            : new Finding("ffmpeg", FindingState.Missing, version,
                "wav files work without it; else install it: Debian: apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg");
        (bool hasTorch, string torch) = Ask(python, "-c", TorchVersion);
        yield return hasTorch
            ? new Finding("PyTorch for benchmarks", FindingState.Ok, $"{torch} in {python}")
            : new Finding("PyTorch for benchmarks", FindingState.Missing, torch,
                "only `bench` beside a peer (--rvc-repo, --applio-repo, --peer) uses it; Debian: apt install python3-torch, then --python /usr/bin/python3");
    }

    /// <summary>The first line that a program prints, and whether it ended well; else why not.</summary>
    private static (bool Ok, string Line) Ask(string program, params ReadOnlySpan<string> arguments)
    {
        ProcessStartInfo start = new(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(PatienceMs))
            {
                process.Kill(entireProcessTree: true);
                return (false, $"'{program}' did not answer within {PatienceMs / 1000} s");
            }

            return process.ExitCode == 0
                ? (true, FirstLine(output.GetAwaiter().GetResult()))
                : (false, $"'{program}' ended with {process.ExitCode}: {LastLine(error.GetAwaiter().GetResult())}");
        }
        catch (Win32Exception failure)
        {
            return (false, $"'{program}' cannot be started: {failure.Message}");
        }
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();

    private static string LastLine(string text) => text.Trim().Split('\n')[^1].Trim();
}
