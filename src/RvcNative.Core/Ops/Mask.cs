namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,C], mask [B,T] of 0 and 1.   y = x * mask; rows behind an item's end become exact zeros
    public abstract void Mask(Tensor x, Tensor mask, Tensor y);

    // dx = or += dy * mask
    public abstract void MaskBackward(Tensor mask, Tensor dy, Gradient dx);
}

public static partial class Op
{
    /// <summary>Clears the frames behind each item's end.</summary>
    /// <param name="x">[B,T,C].</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    public static Tensor Mask(Tape tape, Tensor x, Tensor mask)
    {
        (int batch, int frames, _) = Expect.Frames(x, "mask", "x");
        Expect.Shape(mask, [batch, frames], "mask", "mask");
        Backend backend = tape.Backend;
        Tensor y = tape.Result(x.Shape, x);
        tape.Run(() => backend.Mask(x, mask, y), x, mask, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x);
            tape.Run(() => backend.MaskBackward(mask, dy, dx), mask, dy, dx.Tensor);
        });
        return y;
    }
}
