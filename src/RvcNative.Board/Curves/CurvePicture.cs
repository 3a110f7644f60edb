using RvcNative.Board.Runs;

namespace RvcNative.Board.Curves;

/// <summary>
/// A curve of any length as few columns: no peak is lost, and the last point is the last column's. Where a column has one point, it is that point. A stretch is
/// drawn with a point more on either side, so that its line goes on to the edges.
/// </summary>
/// <param name="Points">How many points the columns stand for.</param>
/// <param name="NotFinite">How many of these are NaN or infinite.</param>
/// <param name="Hidden">How many are at or below 0, where those are left out.</param>
/// <param name="Middle">The 5th and 95th percentile of the values; null where there are too few to tell.</param>
internal sealed record CurvePicture(IReadOnlyList<CurveColumn> Columns, int Points, int NotFinite, int Hidden, (float Low, float High)? Middle)
{
    private const double SecondsAnHour = 3600;
    private const int LeastToTell = 20, MostSampled = 8192;
    private const double LowShare = 0.05, HighShare = 0.95;

    internal static double X(PointSeries curve, int point, bool inHours) =>
        inHours ? (curve.Times[point] - curve.Times[0]) / SecondsAnHour : curve.Steps[point];

    internal static CurvePicture Of(PointSeries curve, CurveWindow window)
    {
        (int from, int to) = (0, curve.Count);
        if (window.Stretch is { } stretch)
        {
            from = Math.Max(0, Bound(curve, stretch.From, window.InHours) - 1);
            to = Math.Min(curve.Count, Bound(curve, stretch.To, window.InHours) + 2);
        }

        if (from >= to) return new CurvePicture([], 0, 0, 0, null);
        (double start, double end) = window.Stretch ?? (X(curve, 0, window.InHours), X(curve, curve.Count - 1, window.InHours));
        double columnsAnX = end > start ? window.Columns / (end - start) : 0;
        (bool inHours, bool positiveOnly) = (window.InHours, window.PositiveOnly);
        ReadOnlySpan<float> all = curve.Values;
        List<CurveColumn> columns = new(Math.Min(window.Columns + 2, to - from));
        Smoothing smoothing = new(window.Weight);
        for (int i = 0; i < from; i++) smoothing.Next(all[i]);

        (int notFinite, int hidden, long place, int last) = (0, 0, 0, -1);
        (Stroke values, Stroke averages) = (new(), new());
        for (int i = from; i < to; i++)
        {
            float value = all[i], average = smoothing.Next(value);
            if (!float.IsFinite(value))
            {
                notFinite++;
                continue;
            }

            bool isHidden = positiveOnly && value <= 0, isAverageHidden = positiveOnly && average <= 0;
            if (isHidden) hidden++;
            if (isHidden && isAverageHidden) continue;
            long at = (long)Math.Floor((X(curve, i, inHours) - start) * columnsAnX);
            if (at != place && last >= 0)
            {
                columns.Add(new CurveColumn(curve.Steps[last], curve.Times[last], values, averages));
                (values, averages) = (new(), new());
            }

            if (!isHidden) values.Add(value);
            if (!isAverageHidden) averages.Add(average);
            (place, last) = (at, i);
        }

        if (last >= 0) columns.Add(new CurveColumn(curve.Steps[last], curve.Times[last], values, averages));
        return new CurvePicture(columns, to - from, notFinite, hidden, MiddleOf(all[from..to], positiveOnly));
    }

    // The first point whose x is not below.
    private static int Bound(PointSeries curve, double x, bool inHours)
    {
        (int low, int high) = (0, curve.Count);
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (X(curve, middle, inHours) < x) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    // Of some thousand values, evenly taken.
    private static (float Low, float High)? MiddleOf(ReadOnlySpan<float> values, bool positiveOnly)
    {
        int stride = Math.Max(1, values.Length / MostSampled);
        List<float> sample = new(Math.Min(values.Length, 2 * MostSampled));
        for (int i = 0; i < values.Length; i += stride)
        {
            if (float.IsFinite(values[i]) && (!positiveOnly || values[i] > 0)) sample.Add(values[i]);
        }

        if (sample.Count < LeastToTell) return null;
        sample.Sort();
        return (sample[(int)(LowShare * (sample.Count - 1))], sample[(int)Math.Ceiling(HighShare * (sample.Count - 1))]);
    }
}
