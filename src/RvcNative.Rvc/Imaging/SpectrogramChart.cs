using RvcNative.Audio;
using RvcNative.Formats.Png;

namespace RvcNative.Rvc.Imaging;

/// <summary>A recording's spectrogram with its axes: seconds to the right, kHz upward, brightness in dB below the loudest bin.</summary>
public static class SpectrogramChart
{
    private const int RateHz = 16000, FftSamples = 512, HopSamples = 80;
    private const float RangeDb = 70;

    /// <param name="samples">N samples of one channel; what lies above 8 kHz is not shown.</param>
    /// <exception cref="ArgumentException">Shorter than one window (32 ms), or the picture is too small for its labels.</exception>
    public static PngImage Draw(string title, float[] samples, int sampleRateHz, int width, int height)
    {
        float[] wave = Resampler.Resample(samples, sampleRateHz, RateHz);
        Spectrogram spectrogram = Spectrogram.Centred(FftSamples, HopSamples);
        float[] levels = spectrogram.Magnitude(wave);
        float largest = 0;
        foreach (float magnitude in levels) largest = Math.Max(largest, magnitude);
        for (int i = 0; i < levels.Length; i++) levels[i] = largest > 0 ? 20 * MathF.Log10(Math.Max(levels[i] / largest, 1e-9f)) : -RangeDb;

        ChartFrame frame = new(
            width, height, title, new ChartAxis("seconds", 0, (double)wave.Length / RateHz), new ChartAxis("kHz", 0, RateHz / 2000.0));
        frame.Canvas.Paste(HeatMap.Of(levels, spectrogram.Bins, frame.PlotWidth, frame.PlotHeight, -RangeDb, 0), frame.Left, frame.Top);
        frame.DrawAxes();
        return frame.Canvas.ToImage();
    }
}
