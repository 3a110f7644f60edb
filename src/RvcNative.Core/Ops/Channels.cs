namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,C], y [B,T,c] gets channels first … first + c - 1.   y =
    public abstract void Channels(Tensor x, int first, Tensor y);

    // dx [B,T,C]: channels first … get (= or +=) dy; the others become 0 when not accumulating
    public abstract void ChannelsBackward(Tensor dy, int first, Gradient dx);

    // a [B,T,Ca], b [B,T,Cb], y [B,T,Ca+Cb].   y = a | b in every frame
    public abstract void JoinChannels(Tensor a, Tensor b, Tensor y);

    // dx = or += channels first … of dy, as many as dx has
    public abstract void JoinChannelsBackward(Tensor dy, int first, Gradient dx);

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

    /// <summary>Puts the channels of two tensors side by side.</summary>
    /// <param name="a">[B,T,Ca].</param>
    /// <param name="b">[B,T,Cb].</param>
    /// <returns>[B,T,Ca+Cb].</returns>
    public static Tensor JoinChannels(Tape tape, Tensor a, Tensor b)
    {
        (int batch, int frames, int channels) = Expect.Frames(a, "join channels", "a");
        Expect.That(b.Shape.Rank == 3 && b.Shape[0] == batch && b.Shape[1] == frames, "join channels", $"b {b.Shape} beside a {a.Shape}");
        Backend backend = tape.Backend;
        Tensor y = tape.Result([batch, frames, channels + b.Shape[2]], a, b);
        tape.Run(() => backend.JoinChannels(a, b, y), a, b, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient da = tape.Into(a);
            if (da.Wanted) tape.Run(() => backend.JoinChannelsBackward(dy, 0, da), dy, da.Tensor);
            Gradient db = tape.Into(b);
            if (db.Wanted) tape.Run(() => backend.JoinChannelsBackward(dy, channels, db), dy, db.Tensor);
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
