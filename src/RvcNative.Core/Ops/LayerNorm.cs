namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,C], gamma, beta [C], mean, rstd [B,T].   y =, mean =, rstd =
    public abstract void LayerNorm(Tensor x, Tensor gamma, Tensor beta, float epsilon, Tensor y, Tensor mean, Tensor rstd);

    // With n = (x - mean) * rstd, g = dy * gamma and mean_C over channels:
    // dx = rstd * (g - mean_C(g) - n * mean_C(g * n));   dgamma = sum_BT(dy * n);   dbeta = sum_BT(dy)
    public abstract void LayerNormBackward(Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Gradient dx, Gradient dgamma, Gradient dbeta);
}

public static partial class Op
{
    /// <summary>Normalises each frame over its channels (Ba et al. 2016, arXiv:1607.06450).</summary>
    /// <param name="x">[B,T,C].</param>
    /// <param name="gamma">[C], and beta.</param>
    /// <returns>[B,T,C].</returns>
    public static Tensor LayerNorm(Tape tape, Tensor x, Tensor gamma, Tensor beta, float epsilon = 1e-5f)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "layer norm", "x");
        Expect.Shape(gamma, [channels], "layer norm", "gamma");
        Expect.Shape(beta, [channels], "layer norm", "beta");
        Backend backend = tape.Backend;
        Tensor y = tape.Result(x.Shape, x, gamma, beta), mean = tape.New([batch, frames]), rstd = tape.New([batch, frames]);
        tape.Run(() => backend.LayerNorm(x, gamma, beta, epsilon, y, mean, rstd), x, gamma, beta, y, mean, rstd);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x), dgamma = tape.Into(gamma), dbeta = tape.Into(beta);
            tape.Run(() => backend.LayerNormBackward(x, gamma, mean, rstd, dy, dx, dgamma, dbeta),
                x, gamma, mean, rstd, dy, dx.Tensor, dgamma.Tensor, dbeta.Tensor);
        });
        return y;
    }
}
