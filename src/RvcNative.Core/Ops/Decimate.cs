namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,C], taps [2R+1], y [B,ceil(T/rate),C]; x is 0 outside its frames.   y[t] = sum over d = -R … R of taps[R+d] * x[t*rate + d]
    public abstract void Decimate(Tensor x, Tensor taps, int rate, Tensor y);

    // dx[n] = or += sum over t of taps[R + n - t*rate] * dy[t]
    public abstract void DecimateBackward(Tensor taps, int rate, Tensor dy, Gradient dx);
}

public static partial class Op
{
    /// <summary>Keeps every rate-th frame of all channels after one low-pass filter (torchaudio.functional.resample to a rate that divides the old one).</summary>
    /// <param name="x">[B,T,C].</param>
    /// <param name="taps">[2R+1], the filter, its middle tap on the frame that is kept; not differentiated.</param>
    /// <returns>[B,ceil(T/rate),C].</returns>
    public static Tensor Decimate(Tape tape, Tensor x, Tensor taps, int rate)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "decimate", "x");
        Expect.That(taps.Shape.Rank == 1 && taps.Count % 2 == 1 && rate > 0, "decimate", $"taps {taps.Shape} at rate {rate}; wanted is an odd number of them");
        Backend backend = tape.Backend;
        Tensor y = tape.Result([batch, (frames + rate - 1) / rate, channels], x);
        tape.Run(() => backend.Decimate(x, taps, rate, y), x, taps, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x);
            tape.Run(() => backend.DecimateBackward(taps, rate, dy, dx), taps, dy, dx.Tensor);
        });
        return y;
    }
}
