using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RvcNative.Board.Serving;

namespace RvcNative.Board.Runs;

/// <summary>The trainings of a logs folder by name. Names come from the folder's listing alone, so that none leads elsewhere.</summary>
internal sealed class RunCatalogue(string logs, string weights)
{
    // Silence that is mixed into every training.
    private const string Mute = "mute";
    private readonly ConcurrentDictionary<string, RunEvents> _events = [];

    internal string Logs { get; } = Path.GetFullPath(logs);

    internal string Weights { get; } = Path.GetFullPath(weights);

    /// <summary>Newest first.</summary>
    internal IReadOnlyList<RunFolder> All() => [.. Folders().OrderByDescending(run => run.Modified).ThenBy(run => run.Name, StringComparer.Ordinal)];

    /// <summary>The run that the address names.</summary>
    /// <exception cref="RequestException">There is no such run.</exception>
    internal RunFolder Of(HttpContext context) => Of((string?)context.GetRouteValue("run") ?? "");

    /// <exception cref="RequestException">There is no such run.</exception>
    internal RunFolder Of(string name) =>
        Folders().FirstOrDefault(run => run.Name == name) ?? throw RequestException.NotFound($"there is no run '{name}' in {Logs}");

    /// <summary>What its event files hold, read as far as they go now.</summary>
    internal RunEvents EventsOf(RunFolder run)
    {
        RunEvents events = _events.GetOrAdd(run.Path, path => new RunEvents(path));
        events.Refresh();
        return events;
    }

    private IEnumerable<RunFolder> Folders() => !Directory.Exists(Logs) ? []
        : Directory.EnumerateDirectories(Logs).Select(path => new RunFolder(Path.GetFileName(path), path)).Where(run => run.Name != Mute && run.Name[0] != '.');
}

/// <summary>logs/NAME.</summary>
internal sealed record RunFolder(string Name, string Path)
{
    /// <summary>When anything in it was made or last written to, as far as its first level and eval/ say.</summary>
    internal DateTime Modified => new[] { Path, System.IO.Path.Combine(Path, RunEvents.EvalFolder) }.Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder).Select(File.GetLastWriteTimeUtc).Append(Directory.GetLastWriteTimeUtc(folder))).DefaultIfEmpty().Max();

    internal bool HasEvents => RunEvents.FilesOf(Path).Any() || RunEvents.FilesOf(System.IO.Path.Combine(Path, RunEvents.EvalFolder)).Any();

    internal string this[string file] => System.IO.Path.Combine(Path, file);
}
