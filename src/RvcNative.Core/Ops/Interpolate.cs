namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,C], y [B,T*rate,C]. With o = (p + 1/2) / rate - 1/2 and t' the frame before t (o < 0) or after it, t itself at the ends:
    // y[t*rate + p] = (1 - |o|) * x[t] + |o| * x[t']
    public abstract void Interpolate(Tensor x, int rate, Tensor y);

    // dx[t] = or += the same weights times dy, over all frames of y that read x[t]
    public abstract void InterpolateBackward(int rate, Tensor dy, Gradient dx);
}

public static partial class Op
{
    /// <summary>Lengthens every channel by straight lines between frames (PyTorch's Upsample, mode linear, align_corners false).</summary>
    /// <param name="x">[B,T,C].</param>
    /// <returns>[B,T*rate,C].</returns>
    public static Tensor Interpolate(Tape tape, Tensor x, int rate)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "interpolate", "x");
        Expect.That(rate > 0, "interpolate", $"rate {rate} is not above 0");
        Backend backend = tape.Backend;
        Tensor y = tape.Result([batch, frames * rate, channels], x);
        tape.Run(() => backend.Interpolate(x, rate, y), x, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x);
            tape.Run(() => backend.InterpolateBackward(rate, dy, dx), dy, dx.Tensor);
        });
        return y;
    }
}
