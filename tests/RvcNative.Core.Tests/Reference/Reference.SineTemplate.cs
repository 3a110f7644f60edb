namespace RvcNative.Core.Tests;

/// <summary>The gliding sine as its formula says it, one sample after the other.</summary>
internal static class ReferenceSineTemplate
{
    internal static double[] Run(float[] f0, float[] noise, int batch, int frames, SineSourceSettings settings)
    {
        double[] y = new double[noise.Length];
        for (int item = 0; item < batch; item++)
        {
            double phase = 0;
            for (int n = 0; n < frames * settings.SamplesPerFrame; n++)
            {
                // In PyTorch's order: (n + 1/2) times the rounded 1 / samples.
                double at = Math.Max(0, ((n + 0.5) * (1.0 / settings.SamplesPerFrame)) - 0.5);
                int frame = (int)at, next = Math.Min(frame + 1, frames - 1), sample = (item * frames * settings.SamplesPerFrame) + n;
                double share = at - frame, pitch = (f0[(item * frames) + frame] * (1 - share)) + (f0[(item * frames) + next] * share);
                double turns = pitch / settings.SampleRateHz;
                phase += turns - Math.Floor(turns);
                y[sample] = pitch > 0
                    ? (settings.SineAmplitude * Math.Sin(2 * Math.PI * phase)) + (noise[sample] * (double)settings.NoiseStd)
                    : noise[sample] * (double)settings.SineAmplitude / 3;
            }
        }

        return y;
    }
}
