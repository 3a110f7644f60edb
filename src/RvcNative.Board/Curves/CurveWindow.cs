namespace RvcNative.Board.Curves;

/// <summary>What of a curve is wanted for a picture of it.</summary>
/// <param name="Columns">Into how many columns the stretch is parted, about one a pixel.</param>
/// <param name="Weight">Of the smoothing, in [0, 1); 0 leaves it out.</param>
internal sealed record CurveWindow(int Columns, double Weight)
{
    /// <summary>Columns at most: more than a wide screen has pixels.</summary>
    internal const int MostColumns = 8192;

    /// <summary>The x axis is hours since the curve's first point, not steps.</summary>
    internal bool InHours { get; init; }

    /// <summary>For a logarithmic axis: values at or below 0 are left out and counted.</summary>
    internal bool PositiveOnly { get; init; }

    /// <summary>The stretch of the x axis; null for all of the curve.</summary>
    internal (double From, double To)? Stretch { get; init; }
}
