namespace RvcNative.Audio;

/// <summary>Windows as CREPE hears them (torchcrepe/core.py, preprocess): 1024 samples every 10 ms, of mean 0 and variance 1. Pure.</summary>
public static class CrepeFrames
{
    public const int SampleRateHz = 16000, HopSamples = 160, WindowSamples = 1024;

    /// <summary>Frames of N samples: 1 + N / 160.</summary>
    public static int Count(int samples) => 1 + (samples / HopSamples);

    /// <summary>
    /// [count, 1024]: frame t is centred on sample 160 t, zeros lie around the signal; each less its mean and over its standard deviation (of count - 1),
    /// which counts as 1e-10 at least.
    /// </summary>
    /// <param name="first">The first frame wanted.</param>
    /// <param name="count">How many; frames past the last are silent.</param>
    public static void Fill(Signal wave, int first, int count, Span<float> frames)
    {
        for (int i = 0; i < count; i++)
        {
            Span<float> frame = frames.Slice(i * WindowSamples, WindowSamples);
            int start = ((first + i) * HopSamples) - (WindowSamples / 2);
            wave.ReadPadded(start, frame);
            if (start >= wave.Length) continue;
            double mean = 0, squares = 0;
            foreach (float x in frame) mean += x;
            mean /= WindowSamples;
            foreach (float x in frame) squares += (x - mean) * (x - mean);
            double scale = 1 / Math.Max(1e-10, Math.Sqrt(squares / (WindowSamples - 1)));
            foreach (ref float x in frame) x = (float)((x - mean) * scale);
        }
    }
}
