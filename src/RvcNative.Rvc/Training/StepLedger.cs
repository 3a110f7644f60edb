using RvcNative.Core;

namespace RvcNative.Rvc.Training;

/// <summary>Losses of updates that a device has been given and nobody has looked at, kept on the device one row an update.</summary>
/// <param name="count">Losses of an update: <see cref="TrainingStep.Ledger"/>.</param>
internal sealed class StepLedger
{
    /// <summary>Updates that go without a look.</summary>
    internal const int Rows = 256;

    private readonly Backend _backend;
    private readonly Tensor _rows;
    private readonly Tensor[] _row;
    private readonly float[] _values;

    internal StepLedger(Backend backend, int count)
    {
        _backend = backend;
        _rows = backend.NewTensor([Rows, count]);
        _row = [.. Enumerable.Range(0, Rows).Select(row => Backend.Part(_rows, row * count, [1, 1, count]))];
        _values = new float[Rows * count];
    }

    /// <summary>Keeps the losses of the update that was launched last. Waits for nothing.</summary>
    internal void Keep(TrainingStep step, int row) => _backend.Channels(step.Ledger.View([1, 1, step.Ledger.Count]), 0, _row[row]);

    /// <summary>Waits for the first <paramref name="rows"/> updates.</summary>
    /// <returns>Their losses, one after the other.</returns>
    internal ReadOnlySpan<float> Read(int rows)
    {
        _backend.Read(Backend.Part(_rows, 0, [rows, _row[0].Count]), _values);
        return _values.AsSpan(0, rows * _row[0].Count);
    }
}
