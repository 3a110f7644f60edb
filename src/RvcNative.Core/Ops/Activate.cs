namespace RvcNative.Core;

public abstract partial class Backend
{
    // y = activation(x), elementwise, in any shape; y may be x
    public abstract void Activate(Tensor x, Activation activation, float slope, Tensor y);

    // x [B,T,2C], y [B,T,C].   y = x[:C] * sigmoid(x[C:])
    public abstract void GatedLinear(Tensor x, Tensor y);
}

public static partial class Op
{
    /// <summary>An activation by itself, where no convolution goes before that could apply it. Forward only: for networks that are run and not trained.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>x's shape. Errors: GELU 8 ulp, SiLU 3, sigmoid 2.5, tanh 1.5.</returns>
    public static Tensor Activate(Tape tape, Tensor x, Activation activation, float slope = 0)
    {
        Backend backend = tape.Backend;
        Tensor y = tape.Result(x.Shape, x);
        Expect.That(!y.RequiresGradient, "activate", $"{activation} is forward only; x {x.Shape} is differentiated");
        tape.Run(() => backend.Activate(x, activation, slope, y), x, y);
        return y;
    }

    /// <summary>The first half of the channels times the sigmoid of the second (Dauphin et al. 2017, arXiv:1612.08083; PyTorch's GLU over channels). Forward only.</summary>
    /// <param name="x">[B,T,2C].</param>
    /// <returns>[B,T,C].</returns>
    public static Tensor GatedLinear(Tape tape, Tensor x)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "gated linear", "x");
        Expect.That(channels % 2 == 0, "gated linear", $"x {x.Shape} has an odd number of channels");
        Backend backend = tape.Backend;
        Tensor y = tape.Result([batch, frames, channels / 2], x);
        Expect.That(!y.RequiresGradient, "gated linear", $"forward only; x {x.Shape} is differentiated");
        tape.Run(() => backend.GatedLinear(x, y), x, y);
        return y;
    }
}
