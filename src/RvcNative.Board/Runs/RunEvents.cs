using System.Diagnostics;
using RvcNative.Formats;
using RvcNative.Formats.TensorBoard;

namespace RvcNative.Board.Runs;

/// <summary>A tag of a run: mainline's tags lie in the run's own folder, Applio's in eval/, and both may have one name.</summary>
/// <param name="Source">"" for the run's folder, or "eval".</param>
internal readonly record struct TagKey(string Source, string Tag);

/// <summary>
/// All that a run's event files hold, kept and added to as they grow. Several threads may ask; points are looked at inside <see cref="Read{T}"/>.
/// </summary>
internal sealed class RunEvents(string folder)
{
    internal const string EvalFolder = "eval";
    private static readonly string[] s_sources = ["", EvalFolder];
    private static readonly TimeSpan s_freshFor = TimeSpan.FromMilliseconds(300);
    private readonly Lock _lock = new();
    private readonly Dictionary<TagKey, PointSeries> _curves = [];
    private readonly Dictionary<TagKey, MediaSeries> _media = [];
    private readonly Dictionary<string, EventFileTail> _tails = [];
    private readonly SortedDictionary<string, string> _problems = new(StringComparer.Ordinal);
    private long _lastRefresh;

    /// <summary>Goes up when all is read anew, because a file was removed or cut.</summary>
    private int _readings;

    internal static IEnumerable<string> FilesOf(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*tfevents*").Order(StringComparer.Ordinal) : [];

    /// <summary>Reads what came since the last time, unless that was a moment ago.</summary>
    internal void Refresh()
    {
        lock (_lock)
        {
            if (_lastRefresh != 0 && Stopwatch.GetElapsedTime(_lastRefresh) < s_freshFor) return;
            if (_tails.Values.Any(tail => !File.Exists(tail.FilePath) || LengthOf(tail.FilePath) < tail.Position)) Forget();
            foreach (string source in s_sources)
            {
                foreach (string path in FilesOf(Path.Combine(folder, source))) Follow(source, path);
            }

            _lastRefresh = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Looks at curves and media while nothing is added to them.</summary>
    internal T Read<T>(Func<EventsView, T> look)
    {
        lock (_lock) return look(new EventsView(_curves, _media, [.. _problems.Values], _readings));
    }

    private void Follow(string source, string path)
    {
        if (!_tails.TryGetValue(path, out EventFileTail? tail)) _tails.Add(path, tail = new EventFileTail(path));
        try
        {
            tail.Read((offset, item) =>
            {
                foreach (SummaryValue value in item.Values) Add(new TagKey(source, value.Tag), value, item, new MediaPoint(item.Step, item.WallTimeSeconds, path, offset));
            });
            _problems.Remove(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Shown beside the curves; read again from there the next time, for its writer may be in the middle of it.
            _problems[path] = failure is FileFormatException ? failure.Message : $"{path}: {failure.Message}";
        }
    }

    private void Add(TagKey key, SummaryValue value, TensorBoardEvent item, MediaPoint place)
    {
        switch (value)
        {
            case ScalarValue scalar:
                if (!_curves.TryGetValue(key, out PointSeries? curve)) _curves.Add(key, curve = new PointSeries());
                curve.Add(item.Step, item.WallTimeSeconds, scalar.Value);
                break;
            case ImageValue or AudioValue:
                if (!_media.TryGetValue(key, out MediaSeries? media)) _media.Add(key, media = new MediaSeries(value is AudioValue));
                media.Add(place);
                break;
        }
    }

    // Of the file itself, where the path is a link to one.
    private static long LengthOf(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return stream.Length;
    }

    private void Forget()
    {
        _curves.Clear();
        _media.Clear();
        _tails.Clear();
        _problems.Clear();
        _readings++;
    }
}

/// <summary>What a run's event files hold at one moment.</summary>
/// <param name="Problems">Files that could not be read to their end, in words.</param>
internal readonly record struct EventsView(
    IReadOnlyDictionary<TagKey, PointSeries> Curves, IReadOnlyDictionary<TagKey, MediaSeries> Media, IReadOnlyList<string> Problems, int Readings)
{
    /// <summary>As a reader is told: it changes when what he has of the curve no longer holds.</summary>
    internal long GenerationOf(PointSeries curve) => ((long)Readings << 32) | (uint)curve.Generation;
}
