namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,C], r [B,T,2C] = residual | skip, mask [B,T], skip [B,T,C].   y = (x + r[:C]) * mask;   skip = r[C:] (first) or skip += r[C:]
    public abstract void ResidualSkip(Tensor x, Tensor r, Tensor mask, bool first, Tensor y, Tensor skip);

    // dr[:C] = mask * dy, or 0 without dy;   dr[C:] = dskip;   dx = or += mask * dy.   dr = or +=
    public abstract void ResidualSkipBackward(Tensor mask, Tensor? dy, Tensor dskip, Gradient dx, Gradient dr);
}

public static partial class Op
{
    /// <summary>The end of one WaveNet layer: half of r goes on, half is added to the sum of skips (mainline's WN.forward).</summary>
    /// <param name="x">[B,T,C].</param>
    /// <param name="r">[B,T,2C].</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    /// <param name="skips">The sum so far, or null before the first layer; it is added to in place.</param>
    /// <returns>The next layer's input [B,T,C] and the sum of skips [B,T,C].</returns>
    public static (Tensor Y, Tensor Skips) ResidualSkip(Tape tape, Tensor x, Tensor r, Tensor mask, Tensor? skips)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "residual and skip", "x");
        Expect.Shape(r, [batch, frames, 2 * channels], "residual and skip", "r");
        Expect.Shape(mask, [batch, frames], "residual and skip", "mask");
        Backend backend = tape.Backend;
        bool first = skips is null;
        Tensor y = tape.Result(x.Shape, x, r), sum = skips ?? tape.Result(x.Shape, x, r);
        Expect.That(!y.RequiresGradient || (sum.RequiresGradient && sum.GradientFrom <= y.GradientFrom), "residual and skip",
            $"the sum of skips, begun in an earlier layer, is not differentiated where this layer's x and r are");
        tape.Run(() => backend.ResidualSkip(x, r, mask, first, y, sum), x, r, mask, y, sum);
        tape.Differentiate(() =>
        {
            // A sum passes its gradient on unchanged, so every layer reads the same dskip.
            Tensor? dy = Tape.GradientOf(y);
            Expect.That(dy is null || sum.Gradient is not null, "residual and skip", $"the loss depends on y but not on the sum of skips");
            if (Tape.GradientOf(sum) is not { } dskip) return;
            Gradient dx = dy is null ? default : tape.Into(x), dr = tape.Into(r);
            tape.Run(() => backend.ResidualSkipBackward(mask, dy, dskip, dx, dr), mask, dy, dskip, dx.Tensor, dr.Tensor);
        });
        return (y, sum);
    }
}
