using System.Diagnostics;

namespace RvcNative.Cli;

/// <summary>A line that is rewritten on a terminal; when output is redirected, a plain line every few seconds.</summary>
internal sealed class StatusLine(TextWriter output, bool isTerminal)
{
    private const int RedirectedSeconds = 10, TerminalMs = 100;
    private readonly Lock _lock = new();
    private long _last;
    private int _width;

    /// <summary>For what a command writes to: a live line only when that is the console itself.</summary>
    internal static StatusLine For(TextWriter output) => new(output, ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected);

    /// <summary>Shows the text if the last one has been there long enough.</summary>
    internal void Update(Func<string> text)
    {
        lock (_lock)
        {
            double waitMs = isTerminal ? TerminalMs : RedirectedSeconds * 1000;
            if (_last != 0 && Stopwatch.GetElapsedTime(_last).TotalMilliseconds < waitMs) return;
            _last = Stopwatch.GetTimestamp();
            string line = text();
            if (isTerminal)
            {
                output.Write($"\r{line.PadRight(_width)}");
                _width = line.Length;
            }
            else
            {
                output.WriteLine(line);
            }
        }
    }

    /// <summary>Prints a line that stays, above the live one.</summary>
    internal void Print(string line)
    {
        lock (_lock)
        {
            if (_width > 0) output.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
            output.WriteLine(line);
        }
    }
}
