using System.Text;
using RvcNative.Board.Runs;

namespace RvcNative.Board.Curves;

/// <summary>
/// A picture of a curve as the page gets it, little-endian: int32 columns n, int32 points of the whole curve, int64 generation, int32 points seen, int32 not
/// finite, int32 hidden, int32 0; float64 5th and 95th percentile (NaN for none), x of the curve's first and last point, time of its first (seconds since
/// 1970); float64 step[n], time[n]; float32 first[n], least[n], largest[n], last[n] of the values, then of the smoothed ones.
/// </summary>
internal static class ColumnBytes
{
    internal const int HeadBytes = 72, BytesAColumn = 48;

    internal static void Write(Stream stream, PointSeries curve, long generation, CurvePicture picture, bool inHours)
    {
        using BinaryWriter into = new(stream, Encoding.UTF8, leaveOpen: true);
        into.Write(picture.Columns.Count);
        into.Write(curve.Count);
        into.Write(generation);
        foreach (int count in (ReadOnlySpan<int>)[picture.Points, picture.NotFinite, picture.Hidden, 0]) into.Write(count);
        (double low, double high) = picture.Middle ?? (double.NaN, double.NaN);
        foreach (double number in (ReadOnlySpan<double>)[low, high, CurvePicture.X(curve, 0, inHours), CurvePicture.X(curve, curve.Count - 1, inHours), curve.Times[0]])
            into.Write(number);
        foreach (CurveColumn column in picture.Columns) into.Write((double)column.Step);
        foreach (CurveColumn column in picture.Columns) into.Write(column.Time);
        Strokes(column => column.Values);
        Strokes(column => column.Smoothed);

        void Strokes(Func<CurveColumn, Stroke> of)
        {
            foreach (CurveColumn column in picture.Columns) into.Write(of(column).First);
            foreach (CurveColumn column in picture.Columns) into.Write(of(column).Least);
            foreach (CurveColumn column in picture.Columns) into.Write(of(column).Largest);
            foreach (CurveColumn column in picture.Columns) into.Write(of(column).Last);
        }
    }
}
