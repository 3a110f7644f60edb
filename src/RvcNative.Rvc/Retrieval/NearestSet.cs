namespace RvcNative.Rvc.Retrieval;

/// <summary>
/// The k nearest of what it was shown, nearest first; of equal distances the lower place. None is place -1 at the largest float. The spans
/// hold all of it: a set over the same ones goes on where the last ended.
/// </summary>
/// <param name="distances">[k].</param>
/// <param name="places">[k].</param>
internal readonly ref struct NearestSet(Span<float> distances, Span<int> places)
{
    private readonly Span<float> _distances = distances;
    private readonly Span<int> _places = places;

    internal static void Clear(Span<float> distances, Span<int> places)
    {
        distances.Fill(float.MaxValue);
        places.Fill(-1);
    }

    /// <summary>Shows it the places from <paramref name="first"/> on, in ascending order over all calls. What is not a number is never near.</summary>
    internal void Add(ReadOnlySpan<float> distances, int first)
    {
        for (int i = 0; i < distances.Length; i++)
        {
            if (distances[i] < _distances[^1]) Insert(distances[i], first + i);
        }
    }

    private void Insert(float distance, int place)
    {
        int at = _distances.Length - 1;
        for (; at > 0 && distance < _distances[at - 1]; at--)
        {
            _distances[at] = _distances[at - 1];
            _places[at] = _places[at - 1];
        }

        (_distances[at], _places[at]) = (distance, place);
    }
}
