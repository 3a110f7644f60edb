using Spectre.Console;

namespace RvcNative.Cli;

/// <summary>Whether a command writes to a person's terminal or to a file or program, and Spectre.Console on the former.</summary>
internal static class Terminal
{
    internal static bool Is(TextWriter output) => ReferenceEquals(output, System.Console.Out) && !System.Console.IsOutputRedirected;

    internal static IAnsiConsole Console(TextWriter output) => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
}
