namespace RvcNative.Core;

public abstract partial class Backend
{
    // x [B,T,2C] = mean | logs; noise, z [B,T,C]; mask [B,T].   z = (mean + noise * scale * exp(logs)) * mask
    public abstract void Reparameterize(Tensor x, Tensor noise, float scale, Tensor mask, Tensor z);

    // dmean = dz * mask;   dlogs = dz * mask * noise * scale * exp(logs).   dx = or +=
    public abstract void ReparameterizeBackward(Tensor x, Tensor noise, float scale, Tensor mask, Tensor dz, Gradient dx);
}

public static partial class Op
{
    /// <summary>Draws from a normal distribution so that its parameters can be trained (Kingma and Welling 2013, arXiv:1312.6114, sec. 2.4).</summary>
    /// <param name="x">[B,T,2C], mean and log standard deviation side by side.</param>
    /// <param name="noise">[B,T,C], standard normal.</param>
    /// <param name="scale">Factor on the noise; 1 in training, mainline's 0.66666 in inference.</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    /// <returns>[B,T,C].</returns>
    public static Tensor Reparameterize(Tape tape, Tensor x, Tensor noise, float scale, Tensor mask)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "reparameterize", "x");
        Expect.That(channels % 2 == 0, "reparameterize", $"x {x.Shape} has an odd number of channels");
        Expect.Shape(noise, [batch, frames, channels / 2], "reparameterize", "noise");
        Expect.Shape(mask, [batch, frames], "reparameterize", "mask");
        Backend backend = tape.Backend;
        Tensor z = tape.Result(noise.Shape, x);
        tape.Run(() => backend.Reparameterize(x, noise, scale, mask, z), x, noise, mask, z);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(z) is not { } dz) return;
            Gradient dx = tape.Into(x);
            tape.Run(() => backend.ReparameterizeBackward(x, noise, scale, mask, dz, dx), x, noise, mask, dz, dx.Tensor);
        });
        return z;
    }
}
