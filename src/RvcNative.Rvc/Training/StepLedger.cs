using RvcNative.Core;

namespace RvcNative.Rvc.Training;

/// <summary>Losses that a device has computed and nobody has looked at, kept there row by row until they are read together.</summary>
internal sealed class StepLedger
{
    private readonly Backend _backend;
    private readonly Tensor _rows;
    private readonly Tensor[] _row;
    private readonly float[] _values;
    private int _kept, _taken;

    /// <param name="width">Losses of a row: those of a <see cref="TrainingStep.Ledger"/>.</param>
    internal StepLedger(Backend backend, int width, int rows)
    {
        _backend = backend;
        _rows = backend.NewTensor([rows, width]);
        _row = [.. Enumerable.Range(0, rows).Select(row => Backend.Part(_rows, row * width, [1, 1, width]))];
        _values = new float[rows * width];
    }

    /// <summary>Keeps the losses as the step's launches so far leave them. Waits for nothing.</summary>
    internal void Keep(TrainingStep step) => _backend.Channels(step.Ledger.View([1, 1, step.Ledger.Count]), 0, _row[_kept++]);

    /// <summary>Waits for all rows that were kept, which <see cref="Take"/> then hands out; the next are kept from the first row on again.</summary>
    internal void Read()
    {
        _backend.Read(Backend.Part(_rows, 0, [_kept, _row[0].Count]), _values);
        (_kept, _taken) = (0, 0);
    }

    /// <summary>The next row in the order of keeping.</summary>
    internal ReadOnlySpan<float> Take() => _values.AsSpan(_taken++ * _row[0].Count, _row[0].Count);

    /// <summary>Forgets rows that were kept.</summary>
    internal void Clear() => _kept = 0;
}
