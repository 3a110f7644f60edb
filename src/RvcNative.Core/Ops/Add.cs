namespace RvcNative.Core;

public abstract partial class Backend
{
    // a, b, y of one shape, mask [B,T] or null.   y = (a + b) * mask
    public abstract void Add(Tensor a, Tensor b, Tensor? mask, Tensor y);

    // dx = or += dy * mask (mask may be null); for one of the summands
    public abstract void AddBackward(Tensor dy, Tensor? mask, Gradient dx);

    // x [B,T,C], c [B,1,C].   y = x + c in every frame
    public abstract void AddPerItem(Tensor x, Tensor c, Tensor y);

    // dx = or += dy;   dc = or += sum_T(dy)
    public abstract void AddPerItemBackward(Tensor dy, Gradient dx, Gradient dc);

    // y = sum of xs / count, in the order of xs
    public abstract void Average(IReadOnlyList<Tensor> xs, Tensor y);

    // dx = or += dy * scale
    public abstract void ScaleBackward(Tensor dy, float scale, Gradient dx);
}

public static partial class Op
{
    /// <summary>Sum of two tensors of one shape, frames behind the end cleared if a mask is given.</summary>
    public static Tensor Add(Tape tape, Tensor a, Tensor b, Tensor? mask = null)
    {
        Expect.Shape(b, a.Shape, "add", "b");
        Expect.That(mask is null || mask.Shape == [a.Shape[0], a.Shape[1]], "add", $"mask {mask?.Shape} does not fit {a.Shape}");
        Backend backend = tape.Backend;
        Tensor y = tape.Result(a.Shape, a, b);
        tape.Run(() => backend.Add(a, b, mask, y), a, b, mask, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            foreach (Tensor summand in (ReadOnlySpan<Tensor>)[a, b])
            {
                Gradient dx = tape.Into(summand);
                if (dx.Wanted) tape.Run(() => backend.AddBackward(dy, mask, dx), dy, mask, dx.Tensor);
            }
        });
        return y;
    }

    /// <summary>Adds one row an item to all its frames (a speaker's condition).</summary>
    /// <param name="x">[B,T,C].</param>
    /// <param name="c">[B,1,C].</param>
    public static Tensor AddPerItem(Tape tape, Tensor x, Tensor c)
    {
        (int batch, _, int channels) = Expect.Frames(x, "add per item", "x");
        Expect.Shape(c, [batch, 1, channels], "add per item", "c");
        Backend backend = tape.Backend;
        Tensor y = tape.Result(x.Shape, x, c);
        tape.Run(() => backend.AddPerItem(x, c, y), x, c, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x), dc = tape.Into(c);
            tape.Run(() => backend.AddPerItemBackward(dy, dx, dc), dy, dx.Tensor, dc.Tensor);
        });
        return y;
    }

    /// <summary>Mean of tensors of one shape (parallel residual blocks), of the first one's type.</summary>
    public static Tensor Average(Tape tape, IReadOnlyList<Tensor> xs)
    {
        foreach (Tensor x in xs) Expect.Shape(x, xs[0].Shape, "average", "x");
        Backend backend = tape.Backend;
        Tensor[] all = [.. xs];
        Tensor y = tape.Result(all[0].Shape, all[0].DType, all);
        tape.Run(() => backend.Average(all, y), [.. all, y]);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            foreach (Tensor x in all)
            {
                Gradient dx = tape.Into(x);
                if (dx.Wanted) tape.Run(() => backend.ScaleBackward(dy, 1f / all.Length, dx), dy, dx.Tensor);
            }
        });
        return y;
    }
}
