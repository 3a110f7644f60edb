namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,C], gamma, beta [C], groups of C / groups neighbouring channels, mean, rstd [B,groups] over all frames and the group's channels.
    // mean =, rstd = 1 / sqrt(variance + epsilon), y = (x - mean) * rstd * gamma + beta
    public abstract void GroupNorm(Tensor x, Tensor gamma, Tensor beta, int groups, float epsilon, Tensor y, Tensor mean, Tensor rstd);
}

public static partial class Op
{
    /// <summary>
    /// Normalises each group of channels over time and its channels (Wu and He 2018, arXiv:1803.08494); with as many groups as channels each channel over
    /// time. Forward only: for networks that are run and not trained.
    /// </summary>
    /// <param name="x">[B,T,C], all frames of a recording.</param>
    /// <param name="gamma">[C], and beta.</param>
    /// <returns>[B,T,C].</returns>
    public static Tensor GroupNorm(Tape tape, Tensor x, Tensor gamma, Tensor beta, int groups, float epsilon = 1e-5f)
    {
        (int batch, _, int channels) = Expect.Frames(x, "group norm", "x");
        Expect.Shape(gamma, [channels], "group norm", "gamma");
        Expect.Shape(beta, [channels], "group norm", "beta");
        Expect.That(groups > 0 && channels % groups == 0, "group norm", $"x {x.Shape} does not split into {groups} groups of channels");
        Backend backend = tape.Backend;
        Tensor y = tape.Result(x.Shape, x, gamma, beta), mean = tape.New([batch, groups]), rstd = tape.New([batch, groups]);
        Expect.That(!y.RequiresGradient, "group norm", $"forward only; x {x.Shape} or its weights are differentiated");
        tape.Run(() => backend.GroupNorm(x, gamma, beta, groups, epsilon, y, mean, rstd), x, gamma, beta, y, mean, rstd);
        return y;
    }
}
