namespace RvcNative.Core.Tests;

/// <summary>The short-time transform as its formula says it: a sum for each bin, over a wave that is mirrored first.</summary>
internal static class ReferenceStft
{
    internal static double[] Window(int samples) => [.. Enumerable.Range(0, samples).Select(n => 0.5 - (0.5 * Math.Cos(2 * Math.PI * n / samples)))];

    /// <summary>Magnitudes [B,T,bins] of waves [B,N].</summary>
    internal static double[] Magnitude(double[] waves, int batch, double[] window, StftSettings settings)
    {
        List<double> y = [];
        foreach (double[] wave in waves.Chunk(waves.Length / batch))
        {
            double[] padded = Mirrored(wave, settings.Padding);
            for (int t = 0; t < settings.Frames(wave.Length); t++)
            {
                foreach ((double re, double im) in Spectrum(Frame(padded, t, window,
                    settings))) y.Add(Math.Sqrt((re * re) + (im * im) + settings.Floor));
            }
        }

        return [.. y];
    }

    /// <summary>Gradient of the waves from that of the magnitudes: the sums of Magnitude, term by term backwards.</summary>
    internal static double[] Backward(double[] waves, int batch, double[] window, StftSettings settings, double[] dy)
    {
        List<double> dwaves = [];
        int at = 0, fft = settings.FftSamples, left = (fft - settings.WindowSamples) / 2;
        (double Sine, double Cosine)[] turns = Turns(fft);
        foreach (double[] wave in waves.Chunk(waves.Length / batch))
        {
            double[] padded = Mirrored(wave, settings.Padding), dpadded = new double[padded.Length];
            for (int t = 0; t < settings.Frames(wave.Length); t++)
            {
                (double Re, double Im)[] spectrum = Spectrum(Frame(padded, t, window, settings));
                for (int k = 0; k < spectrum.Length; k++, at++)
                {
                    (double re, double im) = spectrum[k];
                    double scale = dy[at] / Math.Sqrt((re * re) + (im * im) + settings.Floor);
                    for (int n = 0; n < settings.WindowSamples; n++)
                    {
                        (double sine, double cosine) = turns[(long)k * (left + n) % fft];
                        dpadded[(t * settings.HopSamples) + left + n] += scale * ((re * cosine) - (im * sine)) * window[n];
                    }
                }
            }

            double[] dwave = new double[wave.Length];
            for (int i = 0; i < padded.Length; i++) dwave[Source(i - settings.Padding, wave.Length)] += dpadded[i];
            dwaves.AddRange(dwave);
        }

        return [.. dwaves];
    }

    private static double[] Mirrored(double[] wave, int padding) =>
        [.. Enumerable.Range(-padding, wave.Length + (2 * padding)).Select(n => wave[Source(n, wave.Length)])];

    private static int Source(int n, int samples) => n < 0 ? -n : n < samples ? n : (2 * samples) - 2 - n;

    private static double[] Frame(double[] padded, int t, double[] window, StftSettings settings)
    {
        double[] frame = new double[settings.FftSamples];
        int left = (settings.FftSamples - settings.WindowSamples) / 2;
        for (int n = 0; n < window.Length; n++) frame[left + n] = padded[(t * settings.HopSamples) + left + n] * window[n];
        return frame;
    }

    private static (double Re, double Im)[] Spectrum(double[] frame)
    {
        (double Sine, double Cosine)[] turns = Turns(frame.Length);
        (double Re, double Im)[] spectrum = new (double, double)[(frame.Length / 2) + 1];
        for (int k = 0; k < spectrum.Length; k++)
        {
            for (int n = 0; n < frame.Length; n++)
            {
                (double sine, double cosine) = turns[(long)k * n % frame.Length];
                spectrum[k].Re += frame[n] * cosine;
                spectrum[k].Im -= frame[n] * sine;
            }
        }

        return spectrum;
    }

    private static (double Sine, double Cosine)[] Turns(int count) =>
        [.. Enumerable.Range(0, count).Select(n => Math.SinCos(2 * Math.PI * n / count))];
}
