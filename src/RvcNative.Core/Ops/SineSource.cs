namespace RvcNative.Core;

/// <summary>Constants of the harmonic source (mainline's SineGen).</summary>
/// <param name="SamplesPerFrame">Samples that one pitch value lasts: the product of the decoder's upsampling rates.</param>
public readonly record struct SineSourceSettings(int SampleRateHz, int SamplesPerFrame, float SineAmplitude = 0.1f, float NoiseStd = 0.003f);

public abstract partial class Backend
{
    // f0 [B,T] Hz (0 = unvoiced), noise, y [B,N,H] with N = T * SamplesPerFrame, starts [B,1,H] in turns or null; channel h is harmonic h + 1.
    // The phase is summed in double:
    // step(t,h) = (f0[t] * (h+1) / rate) mod 1;   phase(n) = starts[h], 0 for h = 0, + sum over samples up to and with n of the step of the sample's frame
    // voiced = f0 > 0;   y = voiced * SineAmplitude * sin(2 pi phase) + noise * (voiced ? NoiseStd : SineAmplitude / 3)
    public abstract void SineSource(Tensor f0, Tensor noise, Tensor? starts, SineSourceSettings settings, Tensor y);

    public void SineSource(Tensor f0, Tensor noise, SineSourceSettings settings, Tensor y) => SineSource(f0, noise, null, settings, y);
}

public static partial class Op
{
    /// <summary>Sine waves at the pitch and its overtones, noise where unvoiced (Wang et al. 2019, arXiv:1904.12088; mainline's SineGen). Not differentiated.</summary>
    /// <param name="f0">[B,T] Hz, 0 where unvoiced.</param>
    /// <param name="noise">[B,N,H], standard normal; N = T * SamplesPerFrame.</param>
    /// <param name="starts">[B,1,H], phases of the overtones before the first sample, in turns; the fundamental starts at 0.</param>
    /// <returns>[B,N,H].</returns>
    public static Tensor SineSource(Tape tape, Tensor f0, Tensor noise, SineSourceSettings settings, Tensor? starts = null)
    {
        Expect.That(f0.Shape.Rank == 2 && noise.Shape.Rank == 3 && noise.Shape[0] == f0.Shape[0] && noise.Shape[1] == f0.Shape[1] * settings.SamplesPerFrame,
            "sine source", $"f0 {f0.Shape} and noise {noise.Shape}; wanted [B,T] and [B,T*{settings.SamplesPerFrame},H]");
        if (starts is not null) Expect.Shape(starts, [noise.Shape[0], 1, noise.Shape[2]], "sine source", "starts");
        Backend backend = tape.Backend;
        Tensor y = tape.New(noise.Shape);
        tape.Run(() => backend.SineSource(f0, noise, starts, settings, y), f0, noise, starts, y);
        return y;
    }
}
