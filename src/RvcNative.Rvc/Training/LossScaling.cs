using RvcNative.Core;

namespace RvcNative.Rvc.Training;

/// <summary>
/// What losses are multiplied by where gradients pass through half precision (Micikevicius et al. 2018, arXiv:1710.03740, section 3.2): from 65536 on, as in PyTorch's
/// GradScaler, doubled after 2000 updates and halved when a gradient overflows. The update that overflowed is made again, where PyTorch leaves it out. Of other backends: nothing.
/// </summary>
internal sealed class LossScaling(Backend backend)
{
    // Powers of two change no digit of a gradient. Below the least an overflow is no matter of scale.
    private const double First = 65536, Least = 1.0 / 1024, Most = 1 << 24;
    private const int Patience = 2000;
    private double _written;

    /// <summary>The scale and the updates since it changed; null from a backend that does not scale.</summary>
    internal (double Scale, int Updates)? State { get; private set; }

    /// <summary>Updates that may be made before the scale is due to change.</summary>
    internal int UpdatesLeft => State is var (_, updates) ? Patience - updates : int.MaxValue;

    /// <summary>Before updates.</summary>
    /// <param name="saved">Null begins anew.</param>
    internal void Begin((double Scale, int Updates)? saved)
    {
        if (backend.LossScale is not { } tensor) return;
        State = saved ?? (First, 0);
        if (_written == State.Value.Scale) return;
        _written = State.Value.Scale;
        backend.Write([(float)_written], tensor);
    }

    /// <summary>After an update that was made.</summary>
    internal void Made()
    {
        if (State is not var (scale, updates)) return;
        State = ++updates < Patience ? (scale, updates) : (Math.Min(Most, 2 * scale), 0);
    }

    /// <summary>Halves the scale where that may help an update that failed, which is then to be made again.</summary>
    internal bool Lower(NonFiniteException failure)
    {
        if (!failure.IsOfGradients || State is not var (scale, _) || scale <= Least) return false;
        State = (scale / 2, 0);
        return true;
    }
}
