namespace RvcNative.Board.Curves;

/// <summary>A stretch of a curve as it is drawn in one column of pixels: where it comes in, its least and largest value, where it leaves. NaN where it has no value to show.</summary>
internal struct Stroke
{
    internal float First { get; private set; } = float.NaN;

    internal float Least { get; private set; } = float.NaN;

    internal float Largest { get; private set; } = float.NaN;

    internal float Last { get; private set; } = float.NaN;

    public Stroke()
    {
    }

    internal void Add(float value)
    {
        if (float.IsNaN(First)) First = Least = Largest = value;
        else if (value < Least) Least = value;
        else if (value > Largest) Largest = value;
        Last = value;
    }
}

/// <summary>Neighbouring points of a curve that share a column of pixels. Step and time are those of its last point that is shown.</summary>
internal readonly record struct CurveColumn(long Step, double Time, Stroke Values, Stroke Smoothed);
