using RvcNative.Core;

namespace RvcNative.Rvc.Training;

/// <summary>Losses of updates that a device makes while the host is elsewhere: rows that come to the host by themselves, in the order of keeping.</summary>
internal sealed class StepLedger : IDisposable
{
    private readonly Readout _rows;
    private readonly int _width, _places;
    private int _kept, _taken;

    /// <param name="width">Losses of a row: those of a <see cref="TrainingStep.Ledger"/>.</param>
    /// <param name="places">Rows that may be kept and not yet taken.</param>
    internal StepLedger(Backend backend, int width, int places)
    {
        (_width, _places) = (width, places);
        _rows = backend.NewReadout(places, width);
    }

    /// <summary>Keeps the losses as the step's launches so far leave them. Waits for nothing.</summary>
    internal void Keep(TrainingStep step)
    {
        if (_kept - _taken == _places) throw new InvalidOperationException($"{_places} rows of losses wait to be taken, and there is no place for one more");
        _rows.Start(step.Ledger, _kept++ % _places);
    }

    /// <summary>Whether so many rows can be taken. Waits for nothing.</summary>
    internal bool Has(int rows)
    {
        if (_kept - _taken < rows) return false;
        for (int row = _taken; row < _taken + rows; row++)
        {
            if (!_rows.IsThere(row % _places)) return false;
        }

        return true;
    }

    /// <summary>The next row, which is there.</summary>
    internal ReadOnlySpan<float> Take() => _rows.Values(_taken++ % _places)[.._width];

    /// <summary>Forgets rows that were kept.</summary>
    internal void Clear() => _kept = _taken = 0;

    public void Dispose() => _rows.Dispose();
}
