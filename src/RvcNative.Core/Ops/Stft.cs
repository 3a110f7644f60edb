namespace RvcNative.Core;

/// <summary>
/// A short-time Fourier transform with the wave mirrored at both ends: by (fft - hop) / 2 samples (mainline's spectrogram_torch), or by half a transform
/// so that frame t is centred on sample t * hop (torch.stft's center).
/// </summary>
/// <param name="WindowSamples">A window shorter than the transform stands in its middle.</param>
/// <param name="Floor">Added to re^2 + im^2 inside the root: mainline 2e-7, Applio 1e-6.</param>
public readonly record struct StftSettings(int FftSamples, int HopSamples, int WindowSamples, float Floor = 2e-7f)
{
    public bool Centred { get; init; }

    /// <summary>Samples mirrored at each end.</summary>
    public int Padding => (Centred ? FftSamples : FftSamples - HopSamples) / 2;

    public int Bins => (FftSamples / 2) + 1;

    public int Frames(int samples) => ((samples + (2 * Padding) - FftSamples) / HopSamples) + 1;
}

public abstract partial class Backend
{
    // wave [B,N,1], window [WindowSamples], y [B,T,bins] or [B,T*bins,1].   y = sqrt(re^2 + im^2 + floor)
    public abstract void StftMagnitude(Tensor wave, Tensor window, StftSettings settings, Tensor y);

    // With X the transform of a frame, y its magnitude:   dX = dy * X / y;   the frame's gradient is the transform's adjoint of dX, times the window;
    // dwave = or += frames overlap-added, the mirrored margins folded back. Transforms are recomputed, not kept.
    public abstract void StftMagnitudeBackward(Tensor wave, Tensor window, StftSettings settings, Tensor y, Tensor dy, Gradient dwave);

    // y = ln(max(x, floor))
    public abstract void LogClamp(Tensor x, float floor, Tensor y);

    // dx = or += x >= floor ? dy / x : 0
    public abstract void LogClampBackward(Tensor x, float floor, Tensor dy, Gradient dx);
}

public static partial class Op
{
    /// <summary>Magnitudes of the short-time Fourier transform.</summary>
    /// <param name="wave">[B,N,1].</param>
    /// <param name="window">[WindowSamples].</param>
    /// <param name="asPicture">Whether the result is a picture of one channel whose columns are the bins.</param>
    /// <returns>[B,T,bins], or [B,T*bins,1].</returns>
    public static Tensor StftMagnitude(Tape tape, Tensor wave, Tensor window, StftSettings settings, bool asPicture = false)
    {
        (int batch, int samples, int channels) = Expect.Frames(wave, "stft", "wave");
        Expect.That(channels == 1, "stft", $"wave {wave.Shape} is not [B,N,1]");
        Expect.That(settings.FftSamples % 2 == 0 && settings.WindowSamples <= settings.FftSamples && settings.HopSamples <= settings.FftSamples, "stft",
            $"{settings}: the transform must be even and no shorter than window and hop");
        Expect.Shape(window, [settings.WindowSamples], "stft", "window");
        Expect.That(samples > settings.Padding && samples + (2 * settings.Padding) >= settings.FftSamples, "stft", $"wave {wave.Shape} does not exceed the mirrored margin of {settings.Padding} samples, or with it has no whole frame");
        Backend backend = tape.Backend;
        int frames = settings.Frames(samples);
        Tensor y = tape.Result(asPicture ? [batch, frames * settings.Bins, 1] : [batch, frames, settings.Bins], wave);
        tape.Run(() => backend.StftMagnitude(wave, window, settings, y), wave, window, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dwave = tape.Into(wave);
            tape.Run(() => backend.StftMagnitudeBackward(wave, window, settings, y, dy, dwave), wave, window, y, dy, dwave.Tensor);
        });
        return y;
    }

    /// <summary>Natural logarithm with a floor (mainline's dynamic_range_compression_torch).</summary>
    public static Tensor LogClamp(Tape tape, Tensor x, float floor)
    {
        Backend backend = tape.Backend;
        Tensor y = tape.Result(x.Shape, x);
        tape.Run(() => backend.LogClamp(x, floor, y), x, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x);
            tape.Run(() => backend.LogClampBackward(x, floor, dy, dx), x, dy, dx.Tensor);
        });
        return y;
    }
}
