namespace RvcNative.Board.Runs;

/// <summary>An image or a sound in an event file; its bytes stay there.</summary>
/// <param name="Offset">Where its record begins.</param>
internal readonly record struct MediaPoint(long Step, double Time, string FilePath, long Offset);

/// <summary>The images or sounds of one tag in the order of their steps; as with curves, a step that goes back replaces what follows it.</summary>
internal sealed class MediaSeries(bool isSound)
{
    private readonly List<MediaPoint> _points = [];

    internal bool IsSound => isSound;

    internal IReadOnlyList<MediaPoint> Points => _points;

    internal void Add(MediaPoint point)
    {
        while (_points.Count > 0 && _points[^1].Step >= point.Step) _points.RemoveAt(_points.Count - 1);
        _points.Add(point);
    }
}
