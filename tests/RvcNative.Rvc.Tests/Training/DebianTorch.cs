using System.Diagnostics;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Debian's python3 with PyTorch as an independent reader; tests that want it are skipped where it is absent.</summary>
internal static class DebianTorch
{
    private const string Executable = "/usr/bin/python3";
    private static readonly Lazy<bool> Present = new(() => File.Exists(Executable) && Start("-c", "import torch, scipy").Code == 0);

    /// <summary>Runs a script and returns what it prints; its failure fails the test.</summary>
    internal static string Run(string script, params string[] arguments)
    {
        Skip.IfNot(Present.Value, $"{Executable} with torch is not here");
        (int code, string output, string errors) = Start(["-c", script, .. arguments]);
        Assert.True(code == 0, errors);
        return output;
    }

    private static (int Code, string Output, string Errors) Start(params string[] arguments)
    {
        ProcessStartInfo start = new(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
