namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,2C] = x0 | x1, m [B,T,C] (masked already), mask [B,T].   y = x0 | m + x1 * mask;   inverse: y = x0 | (x1 - m) * mask
    public abstract void Coupling(Tensor x, Tensor m, Tensor mask, bool inverse, Tensor y);

    // forward direction only: dx = or += dy0 | dy1 * mask;   dm = or += dy1
    public abstract void CouplingBackward(Tensor mask, Tensor dy, Gradient dx, Gradient dm);
}

public static partial class Op
{
    /// <summary>Affine coupling of which only the mean is used (Dinh et al. 2017, arXiv:1605.08803; mainline's ResidualCouplingLayer with mean_only).</summary>
    /// <param name="x">[B,T,2C].</param>
    /// <param name="m">[B,T,C], computed from the first half of x.</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    /// <param name="inverse">The direction of inference; not differentiable.</param>
    public static Tensor Coupling(Tape tape, Tensor x, Tensor m, Tensor mask, bool inverse = false)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "coupling", "x");
        Expect.Shape(m, [batch, frames, channels / 2], "coupling", "m");
        Expect.Shape(mask, [batch, frames], "coupling", "mask");
        Backend backend = tape.Backend;
        Tensor y = inverse ? tape.New(x.Shape) : tape.Result(x.Shape, x, m);
        tape.Run(() => backend.Coupling(x, m, mask, inverse, y), x, m, mask, y);
        if (inverse) return y;
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x), dm = tape.Into(m);
            tape.Run(() => backend.CouplingBackward(mask, dy, dx, dm), mask, dy, dx.Tensor, dm.Tensor);
        });
        return y;
    }
}
