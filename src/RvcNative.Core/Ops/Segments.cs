namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,C], starts i64 [B], y [B,frames,C].   y[b] = x[b, starts[b] * step …]; what lies behind x's end is 0
    public abstract void Segments(Tensor x, Tensor starts, int step, Tensor y);

    // dx: the segment's frames get (= or +=) dy; the others become 0 when not accumulating
    public abstract void SegmentsBackward(Tensor starts, int step, Tensor dy, Gradient dx);

    // a [A,...], b [B,...], y [A+B,...].   y = a, then b
    public abstract void Concatenate(Tensor a, Tensor b, Tensor y);

    // x [B,T,C], y [B,T',C], T' >= T.   y = x, then x mirrored at its last frame (that frame not repeated)
    public abstract void ReflectEnd(Tensor x, Tensor y);

    // dx = or += dy, the mirrored frames added to where they came from
    public abstract void ReflectEndBackward(Tensor dy, Gradient dx);
}

public static partial class Op
{
    /// <summary>Cuts one stretch out of every item (mainline's slice_segments).</summary>
    /// <param name="x">[B,T,C].</param>
    /// <param name="starts">i64 [B].</param>
    /// <param name="step">Frames of x that one unit of starts is (1 for frames, the hop for samples).</param>
    /// <returns>[B,frames,C].</returns>
    public static Tensor Segments(Tape tape, Tensor x, Tensor starts, int step, int frames)
    {
        (int batch, _, int channels) = Expect.Frames(x, "segments", "x");
        Expect.That(starts.Shape == [batch] && starts.DType == DType.I64, "segments", $"starts {starts} is not I64 [{batch}]");
        Backend backend = tape.Backend;
        Tensor y = tape.Result([batch, frames, channels], x);
        tape.Run(() => backend.Segments(x, starts, step, y), x, starts, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x);
            tape.Run(() => backend.SegmentsBackward(starts, step, dy, dx), starts, dy, dx.Tensor);
        });
        return y;
    }

    /// <summary>Real and generated audio as one batch. Where only the second half is differentiated, gradients exist for that half alone.</summary>
    /// <param name="real">[A,T,C], not differentiated.</param>
    /// <param name="generated">[B,T,C].</param>
    /// <returns>[A+B,T,C].</returns>
    public static Tensor Concatenate(Tape tape, Tensor real, Tensor generated)
    {
        Expect.That(real.Shape.WithFirst(1) == generated.Shape.WithFirst(1), "concatenate", $"real {real.Shape} and generated {generated.Shape} differ in more than their batch");
        Expect.That(!real.RequiresGradient, "concatenate", $"real audio is not differentiated");
        Backend backend = tape.Backend;
        int half = real.Shape[0];
        Tensor y = tape.New(real.Shape.WithFirst(half + generated.Shape[0]), generated.RequiresGradient, generated.RequiresGradient ? half : 0);
        tape.Run(() => backend.Concatenate(real, generated, y), real, generated, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(generated);
            tape.Run(() => backend.ScaleBackward(dy, 1, dx), dy, dx.Tensor);
        });
        return y;
    }

    /// <summary>Lengthens every item to a multiple of the period by mirroring its end (PyTorch's reflect padding, as in DiscriminatorP).</summary>
    /// <param name="x">[B,T,C].</param>
    /// <returns>[B,T',C], T' the next multiple of the period; x itself when T is one.</returns>
    public static Tensor ReflectEnd(Tape tape, Tensor x, int period)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "reflect", "x");
        int padded = (frames + period - 1) / period * period;
        if (padded == frames) return x;
        Expect.That(padded - frames < frames, "reflect", $"x {x.Shape} is too short to be mirrored to {padded} frames");
        Backend backend = tape.Backend;
        Tensor y = tape.New([batch, padded, channels], x.RequiresGradient, x.GradientFrom);
        tape.Run(() => backend.ReflectEnd(x, y), x, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x);
            tape.Run(() => backend.ReflectEndBackward(dy, dx), dy, dx.Tensor);
        });
        return y;
    }
}
