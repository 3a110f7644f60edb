using System.Diagnostics;

namespace RvcNative.Cli;

/// <summary>
/// A line that is rewritten on a terminal, cut to its width; when output is redirected, a plain line every few seconds. Its end clears it, so that what follows, an error
/// too, begins on a line of its own.
/// </summary>
/// <param name="columns">Width of the terminal; 0 where nobody knows, and the line is not cut.</param>
internal sealed class StatusLine(TextWriter output, bool isTerminal, Func<int>? columns = null) : IDisposable
{
    private const int RedirectedSeconds = 10, TerminalMs = 100;
    private readonly Lock _lock = new();
    private long _last;
    private int _width;

    /// <summary>For what a command writes to: a live line only when that is the console itself.</summary>
    internal static StatusLine For(TextWriter output) => new(output, Terminal.Is(output), () => Console.WindowWidth);

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
                line = Fitted(line);
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
            Clear();
            output.WriteLine(line);
        }
    }

    /// <summary>Takes the live line away, for what another writer puts on the same terminal.</summary>
    internal void Clear()
    {
        lock (_lock)
        {
            if (_width > 0) output.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }

    public void Dispose() => Clear();

    // A line that reaches the last column would go on in the next row, which is not rewritten.
    private string Fitted(string line)
    {
        int room = (columns?.Invoke() ?? 0) - 1;
        return room <= 0 || line.Length <= room ? line : $"{line[..(room - 1)]}…";
    }
}
