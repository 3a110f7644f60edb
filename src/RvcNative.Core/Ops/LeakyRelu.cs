namespace RvcNative.Core;

public abstract partial class Backend
{
    // y = x > 0 ? x : slope * x
    public abstract void LeakyRelu(Tensor x, float slope, Tensor y);

    // dx = or += y > 0 ? dy : slope * dy (y has x's sign, for slope > 0)
    public abstract void LeakyReluBackward(Tensor y, float slope, Tensor dy, Gradient dx);
}

public static partial class Op
{
    /// <summary>Leaky rectifier, slope > 0; of x's type.</summary>
    public static Tensor LeakyRelu(Tape tape, Tensor x, float slope)
    {
        Backend backend = tape.Backend;
        Tensor y = tape.Result(x.Shape, x.DType, x);
        tape.Run(() => backend.LeakyRelu(x, slope, y), x, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x);
            tape.Run(() => backend.LeakyReluBackward(y, slope, dy, dx), y, dy, dx.Tensor);
        });
        return y;
    }
}
