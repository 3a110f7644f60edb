using FsCheck.Xunit;
using RvcNative.Board.Curves;
using RvcNative.Board.Runs;

namespace RvcNative.Board.Tests;

/// <summary>Curves in columns of pixels, beside plain loops.</summary>
public sealed class CurvePictureTests
{
    [Property(MaxTest = 60)]
    public void Every_column_has_the_first_least_largest_and_last_of_its_points(int seed)
    {
        Random random = new(seed);
        PointSeries curve = Made(random, random.Next(1, 3000));
        CurveWindow window = new(random.Next(1, 400), 0.9 * random.NextDouble()) { InHours = random.Next(2) == 1, PositiveOnly = random.Next(2) == 1 };
        CurvePicture picture = CurvePicture.Of(curve, window);

        float[] smoothed = Smoothed(curve.Values.ToArray(), window.Weight);
        double[] xs = [.. Enumerable.Range(0, curve.Count).Select(i => CurvePicture.X(curve, i, window.InHours))];
        double scale = xs[^1] > xs[0] ? window.Columns / (xs[^1] - xs[0]) : 0;
        Func<float, bool> isShown = value => float.IsFinite(value) && !(window.PositiveOnly && value <= 0);
        float[] values = curve.Values.ToArray();
        int[][] columns = [.. Enumerable.Range(0, curve.Count).Where(i => float.IsFinite(values[i]) && (isShown(values[i]) || isShown(smoothed[i])))
            .GroupBy(i => Math.Floor((xs[i] - xs[0]) * scale)).Select(column => column.ToArray())];
        Assert.Equal(columns.Length, picture.Columns.Count);
        Assert.InRange(picture.Columns.Count, 0, window.Columns + 1);
        foreach ((int[] points, CurveColumn column) in columns.Zip(picture.Columns))
        {
            Assert.Equal((curve.Steps[points[^1]], curve.Times[points[^1]]), (column.Step, column.Time));
            Same(points.Select(i => values[i]), column.Values);
            Same(points.Select(i => smoothed[i]), column.Smoothed);
        }

        Assert.Equal(curve.Count, picture.Points);
        Assert.Equal(values.Count(value => !float.IsFinite(value)), picture.NotFinite);
        Assert.Equal(window.PositiveOnly ? values.Count(value => float.IsFinite(value) && value <= 0) : 0, picture.Hidden);

        void Same(IEnumerable<float> points, Stroke stroke)
        {
            float[] shown = [.. points.Where(isShown)];
            Assert.Equal(
                shown.Length == 0 ? (float.NaN, float.NaN, float.NaN, float.NaN) : (shown[0], shown.Min(), shown.Max(), shown[^1]),
                (stroke.First, stroke.Least, stroke.Largest, stroke.Last));
        }
    }

    [Property(MaxTest = 40)]
    public void The_least_the_largest_and_the_last_value_of_a_curve_are_in_its_picture(int seed)
    {
        Random random = new(seed);
        PointSeries curve = Made(random, random.Next(1, 5000));
        CurvePicture picture = CurvePicture.Of(curve, new CurveWindow(random.Next(1, 50), 0));
        float[] finite = [.. curve.Values.ToArray().Where(float.IsFinite)];
        if (finite.Length == 0) return;
        Assert.Equal(finite.Min(), picture.Columns.Min(column => column.Values.Least));
        Assert.Equal(finite.Max(), picture.Columns.Max(column => column.Values.Largest));
        Assert.Equal(finite[0], picture.Columns[0].Values.First);
        Assert.Equal(finite[^1], picture.Columns[^1].Values.Last);
    }

    [Property(MaxTest = 40)]
    public void A_stretch_is_smoothed_from_the_curves_beginning_and_goes_on_to_its_edges(int seed)
    {
        Random random = new(seed);
        PointSeries curve = Made(random, random.Next(2, 400));
        double weight = random.NextDouble() * 0.99, from = curve.Steps[0] + (random.NextDouble() * (curve.Steps[^1] - curve.Steps[0])), to = from + (random.NextDouble() * 300);
        CurvePicture picture = CurvePicture.Of(curve, new CurveWindow(CurveWindow.MostColumns, weight) { Stretch = (from, to) });

        long[] steps = curve.Steps.ToArray();
        int first = Math.Max(0, steps.Count(step => step < from) - 1), end = Math.Min(steps.Length, steps.Count(step => step < to) + 2);
        float[] smoothed = Smoothed(curve.Values.ToArray(), weight);
        int[] shown = [.. Enumerable.Range(first, end - first).Where(i => float.IsFinite(smoothed[i]))];
        Assert.Equal(end - first, picture.Points);

        // Points beyond the edges may share a column when they are within one pixel; else every point is its own.
        Assert.All(picture.Columns, column => Assert.Contains(column.Step, steps[first..end]));
        Assert.All(picture.Columns, column => Assert.Equal(smoothed[Array.IndexOf(steps, column.Step)], column.Smoothed.Last));
        if (shown.Length > 0) Assert.Equal((steps[shown[^1]], smoothed[shown[^1]]), (picture.Columns[^1].Step, picture.Columns[^1].Smoothed.Last));
    }

    [Theory]
    [InlineData(0.987, 400, 1)]
    [InlineData(0.5, 37, 2)]
    [InlineData(0.5, 300, 5)]
    [InlineData(0.999, 5, 3)]
    [InlineData(0, 9, 4)]
    public void Smoothing_is_the_average_without_bias(double weight, int count, int seed)
    {
        Random random = new(seed);
        float[] values = [.. Enumerable.Range(0, count).Select(i => i % 11 == 7 ? float.NaN : (random.NextSingle() * 8) - 3)], found = Smoothed(values, weight);
        for (int n = 0; n < count; n++)
        {
            // sum (1-w) w^k x / sum (1-w) w^k over the finite values so far, the newest first.
            double sum = 0, all = 0, share = 1 - weight;
            for (int i = n; i >= 0; i--)
            {
                if (float.IsNaN(values[i])) continue;
                sum += share * values[i];
                all += share;
                share *= weight;
            }

            if (float.IsNaN(values[n])) Assert.Equal(float.NaN, found[n]);
            else Assert.Equal(sum / all, found[n], 1e-5);
        }
    }

    [Fact]
    public void A_curve_that_never_changes_is_its_own_average() => Assert.Equal([0.1f, 0.1f, 0.1f, 0.1f], Smoothed([0.1f, 0.1f, 0.1f, 0.1f], 0.987));

    [Fact]
    public void Outliers_are_beyond_the_middle_and_few_points_have_none()
    {
        PointSeries curve = new();
        for (int i = 0; i <= 1000; i++) curve.Add(i, i, i is 500 ? 1e6f : i is 600 ? -1e6f : i);
        (float low, float high) = CurvePicture.Of(curve, new CurveWindow(100, 0)).Middle!.Value;
        Assert.InRange(low, 45, 55);
        Assert.InRange(high, 945, 955);
        PointSeries few = new();
        for (int i = 0; i < 19; i++) few.Add(i, i, i);
        Assert.Null(CurvePicture.Of(few, new CurveWindow(100, 0)).Middle);
    }

    private static float[] Smoothed(float[] values, double weight)
    {
        Smoothing smoothing = new(weight);
        return [.. values.Select(value => smoothing.Next(value))];
    }

    // Steps with gaps; some values negative, NaN or infinite, a few peaks.
    private static PointSeries Made(Random random, int count)
    {
        PointSeries curve = new();
        (long step, double time) = (random.Next(100), 1e9);
        for (int i = 0; i < count; i++)
        {
            float value = (random.NextSingle() * 10) - 2;
            curve.Add(step, time, random.Next(40) switch { 0 => float.NaN, 1 => float.NegativeInfinity, 2 => 1000 * value, _ => value });
            step += random.Next(1, 5);
            time += random.NextDouble() * 30;
        }

        return curve;
    }
}
