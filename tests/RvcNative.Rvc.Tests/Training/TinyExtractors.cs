using RvcNative.Audio;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Features that cost nothing: a wave of its own for each channel, moved by the sound's level.</summary>
internal sealed class TinyFeatures : IFeatureExtractor
{
    public string Name => "tiny";

    public int Channels => 768;

    public bool IsConcurrent => true;

    public float[] Extract(ReadOnlySpan<float> wave16k)
    {
        float[] rows = new float[((wave16k.Length - 400) / 320 + 1) * Channels];
        for (int i = 0; i < rows.Length; i++)
        {
            (int row, int channel) = Math.DivRem(i, Channels);
            rows[i] = 0.3f * MathF.Sin((0.1f * channel) + (0.05f * row)) + wave16k[row * 320];
        }

        return rows;
    }
}

/// <summary>A pitch that rises from 120 Hz, every fifth frame unvoiced.</summary>
internal sealed class TinyPitch : IPitchExtractor
{
    public string Name => "tiny";

    public bool IsConcurrent => true;

    public double[] Extract(Signal wave16k) =>
        [.. Enumerable.Range(0, wave16k.Length / 160).Select(frame => frame % 5 == 4 ? 0.0 : 120 + (0.3 * frame))];
}
