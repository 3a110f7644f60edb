namespace RvcNative.Core.Tests;

/// <summary>The harmonic source as its formula says it, one sample after the other.</summary>
internal static class ReferenceSineSource
{
    internal static double[] Run(float[] f0, float[] noise, int batch, int frames, int harmonics, SineSourceSettings settings)
    {
        double[] y = new double[noise.Length];
        for (int item = 0; item < batch; item++)
        {
            for (int h = 0; h < harmonics; h++)
            {
                double phase = 0;
                for (int n = 0; n < frames * settings.SamplesPerFrame; n++)
                {
                    double pitch = f0[(item * frames) + (n / settings.SamplesPerFrame)], step = pitch * (h + 1) / settings.SampleRateHz;
                    phase += step - Math.Floor(step);
                    int at = (((item * frames * settings.SamplesPerFrame) + n) * harmonics) + h;
                    y[at] = pitch > 0
                        ? (settings.SineAmplitude * Math.Sin(2 * Math.PI * phase)) + (noise[at] * (double)settings.NoiseStd)
                        : noise[at] * (double)settings.SineAmplitude / 3;
                }
            }
        }

        return y;
    }
}
