namespace RvcNative.Core;

public abstract partial class Backend
{
    // v, w [K,I,O]; g, norm [O], or [I] when perInput.   norm = ||v|| over all other axes;   w = v * (g / norm)
    public abstract void WeightNorm(Tensor v, Tensor g, bool perInput, Tensor w, Tensor norm);

    // With s = sum over the other axes of dw * v:   dg = s / norm;   dv = (g / norm) * (dw - v * s / norm^2).   both = or +=
    public abstract void WeightNormBackward(Tensor v, Tensor g, bool perInput, Tensor norm, Tensor dw, Gradient dv, Gradient dg);
}

public static partial class Op
{
    /// <summary>
    /// A convolution's effective weight (Salimans and Kingma 2016, arXiv:1602.07868), already computed into <paramref name="w"/>. Records only how its
    /// gradient reaches g and v, so the norm is applied once per step however often the weight is used.
    /// </summary>
    /// <param name="v">[K,I,O].</param>
    /// <param name="g">[O], or [I] when perInput (transposed convolutions, whose first checkpoint axis is the input).</param>
    /// <param name="norm">g's shape, as WeightNorm left it.</param>
    public static Tensor WeightNorm(Tape tape, Tensor v, Tensor g, bool perInput, Tensor w, Tensor norm)
    {
        Backend backend = tape.Backend;
        Tensor used = tape.Use(w, v.RequiresGradient || g.RequiresGradient);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(used) is not { } dw) return;
            Gradient dv = tape.Into(v), dg = tape.Into(g);
            tape.Run(() => backend.WeightNormBackward(v, g, perInput, norm, dw, dv, dg), dw, dv.Tensor, dg.Tensor);
        });
        return used;
    }
}
