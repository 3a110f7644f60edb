namespace RvcNative.Core;

public abstract partial class Backend
{
    // f0 [B,T] Hz (0 = unvoiced), noise, y [B,N,1] with N = T * SamplesPerFrame. With f(n) the line through the frames' pitches at
    // (n + 1/2) / SamplesPerFrame - 1/2, held at the ends; all in double:
    // phase(n) = sum over samples up to and with n of f / rate;   voiced = f(n) > 0
    // y = voiced * SineAmplitude * sin(2 pi phase) + noise * (voiced ? NoiseStd : SineAmplitude / 3)
    public abstract void SineTemplate(Tensor f0, Tensor noise, SineSourceSettings settings, Tensor y);
}

public static partial class Op
{
    /// <summary>One sine at a pitch that glides from frame to frame, noise where unvoiced (RefineGAN's template as Applio makes it). Not differentiated.</summary>
    /// <param name="f0">[B,T] Hz, 0 where unvoiced.</param>
    /// <param name="noise">[B,N,1], standard normal; N = T * SamplesPerFrame.</param>
    /// <returns>[B,N,1].</returns>
    public static Tensor SineTemplate(Tape tape, Tensor f0, Tensor noise, SineSourceSettings settings)
    {
        Expect.That(f0.Shape.Rank == 2 && f0.Count > 0, "sine template", $"f0 {f0.Shape} is not [B,T]");
        Expect.Shape(noise, [f0.Shape[0], f0.Shape[1] * settings.SamplesPerFrame, 1], "sine template", "noise");
        Backend backend = tape.Backend;
        Tensor y = tape.New(noise.Shape);
        tape.Run(() => backend.SineTemplate(f0, noise, settings, y), f0, noise, y);
        return y;
    }
}
