using System.Collections.Concurrent;
using System.Diagnostics;

namespace RvcNative.Tests;

/// <summary>Debian's python3 with its packages as an independent reader; tests that want what is not there are skipped.</summary>
internal static class DebianPython
{
    private const string Executable = "/usr/bin/python3";
    private static readonly ConcurrentDictionary<string, bool> Present = [];

    /// <summary>Runs a script and returns what it prints; its failure fails the test.</summary>
    /// <param name="modules">What the script imports beyond Python itself, such as "torch, scipy".</param>
    internal static string Run(string modules, string script, params string[] arguments) => Ended(modules, ["-c", script, .. arguments]);

    /// <summary>The same of a script's file.</summary>
    internal static string RunFile(string modules, string path, params string[] arguments) => Ended(modules, [path, .. arguments]);

    private static string Ended(string modules, string[] arguments)
    {
        Skip.IfNot(Present.GetOrAdd(modules, _ => File.Exists(Executable) && Start("-c", $"import {modules}").Code == 0), $"{Executable} with {modules} is not here");
        (int code, string output, string errors) = Start(arguments);
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
