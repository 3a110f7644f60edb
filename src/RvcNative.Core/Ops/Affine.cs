namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,C], scale, shift [C], v = x * scale + shift.   y = v > 0 ? v : slope * v
    public abstract void Affine(Tensor x, Tensor scale, Tensor shift, float slope, Tensor y);
}

public static partial class Op
{
    /// <summary>
    /// A factor and a summand for each channel, then a leaky rectifier: a normalisation whose statistics are known (BatchNorm at inference). Forward only:
    /// networks that are not trained here use it.
    /// </summary>
    /// <param name="x">[B,T,C].</param>
    /// <param name="scale">[C], and shift.</param>
    /// <param name="slope">Below 0; 1 leaves the rectifier out.</param>
    public static Tensor Affine(Tape tape, Tensor x, Tensor scale, Tensor shift, float slope = 1)
    {
        (_, _, int channels) = Expect.Frames(x, "affine", "x");
        Expect.Shape(scale, [channels], "affine", "scale");
        Expect.Shape(shift, [channels], "affine", "shift");
        Expect.That(!x.RequiresGradient && !scale.RequiresGradient && !shift.RequiresGradient, "affine", $"it is not differentiated");
        Backend backend = tape.Backend;
        Tensor y = tape.Result(x.Shape);
        tape.Run(() => backend.Affine(x, scale, shift, slope, y), x, scale, shift, y);
        return y;
    }
}
