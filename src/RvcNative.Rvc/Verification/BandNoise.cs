using System.Numerics;

namespace RvcNative.Rvc.Verification;

/// <summary>Noise below a frequency (goldens' README, audio-resample): the DFT of the whole signal, its ends faded in and out over 50 ms.</summary>
internal static class BandNoise
{
    private const double FadeSeconds = 0.05;

    /// <summary>sqrt(sum |error|^2 / sum |reference|^2) over the bins below <paramref name="passHz"/>: -20 log10 of it is the SNR in dB.</summary>
    internal static double Relative(ReadOnlySpan<float> reference, ReadOnlySpan<float> ours, int sampleRateHz, double passHz)
    {
        int count = reference.Length, fade = (int)(FadeSeconds * sampleRateHz);
        Complex[] signal = new Complex[count];
        for (int i = 0; i < count; i++)
        {
            int edge = Math.Min(i, count - 1 - i);
            double window = edge >= fade ? 1 : 0.5 - (0.5 * Math.Cos(Math.PI * (edge + 0.5) / fade));
            signal[i] = new Complex(window * reference[i], window * ((double)ours[i] - reference[i]));
        }

        // Of x = a + ib with real a and b:  A[k] = (X[k] + conj X[n-k]) / 2,  iB[k] = (X[k] - conj X[n-k]) / 2.
        Complex[] spectrum = ChirpTransform.Forward(signal);
        double referenceEnergy = 0, errorEnergy = 0;
        for (int k = 0; k <= count / 2 && (double)k * sampleRateHz / count < passHz; k++)
        {
            Complex mirrored = Complex.Conjugate(spectrum[k == 0 ? 0 : count - k]);
            referenceEnergy += Square(spectrum[k] + mirrored);
            errorEnergy += Square(spectrum[k] - mirrored);
        }

        double relative = Math.Sqrt(errorEnergy / referenceEnergy);
        return double.IsFinite(relative) ? relative : double.PositiveInfinity;
    }

    private static double Square(Complex value) => (value.Real * value.Real) + (value.Imaginary * value.Imaginary);
}
