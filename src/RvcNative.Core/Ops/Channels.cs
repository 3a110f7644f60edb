namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,C], y [B,T,c] gets channels first … first + c - 1.   y =
    public abstract void Channels(Tensor x, int first, Tensor y);

    // dx [B,T,C]: channels first … get (= or +=) dy; the others become 0 when not accumulating
    public abstract void ChannelsBackward(Tensor dy, int first, Gradient dx);

    // y = x with its channels in reverse order
    public abstract void FlipChannels(Tensor x, Tensor y);

    // dx = or += dy with its channels in reverse order
    public abstract void FlipChannelsBackward(Tensor dy, Gradient dx);
}

public static partial class Op
{
    /// <summary>Copies a range of channels.</summary>
    /// <param name="x">[B,T,C].</param>
    /// <returns>[B,T,count].</returns>
    public static Tensor Channels(Tape tape, Tensor x, int first, int count)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "channels", "x");
        Expect.That(first >= 0 && count > 0 && first + count <= channels, "channels", $"channels {first} … {first + count - 1} of x {x.Shape}");
        Backend backend = tape.Backend;
        Tensor y = tape.Result([batch, frames, count], x);
        tape.Run(() => backend.Channels(x, first, y), x, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x);
            tape.Run(() => backend.ChannelsBackward(dy, first, dx), dy, dx.Tensor);
        });
        return y;
    }

    /// <summary>Reverses the order of the channels (mainline's Flip).</summary>
    public static Tensor FlipChannels(Tape tape, Tensor x)
    {
        Expect.Frames(x, "flip channels", "x");
        Backend backend = tape.Backend;
        Tensor y = tape.Result(x.Shape, x);
        tape.Run(() => backend.FlipChannels(x, y), x, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x);
            tape.Run(() => backend.FlipChannelsBackward(dy, dx), dy, dx.Tensor);
        });
        return y;
    }
}
