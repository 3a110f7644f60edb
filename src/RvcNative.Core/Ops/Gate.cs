namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,2C], condition [B,1,N] or null of which columns offset … offset + 2C - 1 are added, y [B,T,C].
    // a = x + condition;   y = tanh(a[:C]) * sigmoid(a[C:])
    public abstract void Gate(Tensor x, Tensor? condition, int offset, Tensor y);

    // With t = tanh(a[:C]), s = sigmoid(a[C:]):   da[:C] = dy * s * (1 - t^2);   da[C:] = dy * t * s * (1 - s)
    // dx = or += da;   dcondition[offset…] += sum_T(da), other columns untouched (cleared before, if not accumulating, by this op)
    public abstract void GateBackward(Tensor x, Tensor? condition, int offset, Tensor dy, Gradient dx, Gradient dcondition);
}

public static partial class Op
{
    /// <summary>WaveNet's gated activation with a condition that is the same for all frames (mainline's fused_add_tanh_sigmoid_multiply).</summary>
    /// <param name="x">[B,T,2C].</param>
    /// <param name="condition">[B,1,N], N >= offset + 2C, or null.</param>
    /// <returns>[B,T,C].</returns>
    public static Tensor Gate(Tape tape, Tensor x, Tensor? condition, int offset)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "gate", "x");
        Expect.That(channels % 2 == 0, "gate", $"x {x.Shape} has an odd number of channels");
        Expect.That(condition is null || (condition.Shape.Rank == 3 && condition.Shape == [batch, 1, condition.Shape[2]] && condition.Shape[2] >= offset + channels), "gate",
            $"condition {condition?.Shape} is not [{batch},1,>={offset + channels}]");
        Backend backend = tape.Backend;
        Tensor y = tape.Result([batch, frames, channels / 2], x, condition);
        tape.Run(() => backend.Gate(x, condition, offset, y), x, condition, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x), dcondition = tape.Into(condition);
            tape.Run(() => backend.GateBackward(x, condition, offset, dy, dx, dcondition), x, condition, dy, dx.Tensor, dcondition.Tensor);
        });
        return y;
    }
}
