namespace RvcNative.Board.Curves;

/// <summary>
/// Smoothing as TensorBoard has it, an exponential moving average without the pull of its beginning at 0:
/// s_n = w s_(n-1) + (1 - w) x_n, shown is s_n / (1 - w^n), n counting finite values only. What is not finite stays as it is and leaves no trace;
/// a curve that never changes is its own average, to the bit.
/// </summary>
internal struct Smoothing(double weight)
{
    // Far below what 1 - w^n can show. Left alone, w^n would stay the least denormal number there is, and each product with it takes some fifty times as long.
    private const double Nothing = 1e-30;

    private double _last, _untold = 1;
    private float _first = float.NaN;
    private bool _changes;

    /// <summary>The smoothed value at the next point.</summary>
    internal float Next(float value)
    {
        if (!float.IsFinite(value)) return value;
        if (float.IsNaN(_first)) _first = value;
        _changes |= value != _first;
        _last = (weight * _last) + ((1 - weight) * value);
        _untold = _untold > Nothing ? _untold * weight : 0;
        if (!_changes) return value;
        return (float)(_untold > 0 ? _last / (1 - _untold) : _last);
    }
}
