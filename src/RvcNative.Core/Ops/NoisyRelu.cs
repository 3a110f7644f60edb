namespace RvcNative.Core;

public abstract partial class Backend
{
    // x, noise, y [B,T,C], w [C].   v = x + noise * w;   y = v > 0 ? v : slope * v
    public abstract void NoisyRelu(Tensor x, Tensor noise, Tensor w, float slope, Tensor y);

    // dv = y > 0 ? dy : slope * dy;   dx = or += dv;   dw = or += sum_BT(dv * noise)
    public abstract void NoisyReluBackward(Tensor y, Tensor noise, float slope, Tensor dy, Gradient dx, Gradient dw);
}

public static partial class Op
{
    /// <summary>Adds noise with a learnt strength a channel, then a leaky rectifier, slope > 0 (RefineGAN, Xu et al. 2022, arXiv:2111.00962; Applio's AdaIN).</summary>
    /// <param name="x">[B,T,C].</param>
    /// <param name="draw">
    /// Records the noise [B,T,C]; not differentiated. The backward pass records it a second time instead of keeping it, so it must be the same
    /// numbers again.
    /// </param>
    /// <param name="w">[C].</param>
    /// <returns>[B,T,C].</returns>
    public static Tensor NoisyRelu(Tape tape, Tensor x, Func<Tensor> draw, Tensor w, float slope)
    {
        (_, _, int channels) = Expect.Frames(x, "noisy relu", "x");
        Expect.Shape(w, [channels], "noisy relu", "w");
        Tensor noise = draw();
        Expect.Shape(noise, x.Shape, "noisy relu", "noise");
        Backend backend = tape.Backend;
        Tensor y = tape.Result(x.Shape, x, w);
        tape.Run(() => backend.NoisyRelu(x, noise, w, slope, y), x, noise, w, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x), dw = tape.Into(w);
            Tensor again = dw.Wanted ? draw() : noise;
            tape.Run(() => backend.NoisyReluBackward(y, again, slope, dy, dx, dw), y, dw.Wanted ? again : null, dy, dx.Tensor, dw.Tensor);
        });
        return y;
    }
}
