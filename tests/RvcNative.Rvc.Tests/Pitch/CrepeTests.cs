using RvcNative.Audio;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Tests.Pitch;

public sealed class CrepeTests
{
    [Fact]
    public void The_network_is_torchcrepes_formula()
    {
        using CpuBackend backend = new(2);
        using CrepeRunner runner = new(TinyNetworks.Crepe(backend), backend, ownsBackend: false);
        float[] wave = TinyNetworks.Sound(6000), found = runner.Confidence(wave), window = new float[1024];
        Assert.Equal(38 * 360, found.Length);
        foreach (int t in (int[])[0, 17, 33, 37])            // of the first batch and of the second
        {
            CrepeFrames.Fill(wave, t, 1, window);
            double[] truth = Plain(window);
            for (int bin = 0; bin < 360; bin++) Assert.Equal(truth[bin], found[(t * 360) + bin], 1e-5);
        }
    }

    // torchcrepe/model.py: channels first, as there.
    private static double[] Plain(float[] window)
    {
        double[][] x = [[.. window.Select(value => (double)value)]];
        for (int layer = 1; layer <= 6; layer++)
        {
            float[] weight = Values($"conv{layer}.weight"), bias = Values($"conv{layer}.bias"), gain = Values($"conv{layer}_BN.weight"), offset = Values($"conv{layer}_BN.bias");
            float[] mean = Values($"conv{layer}_BN.running_mean"), variance = Values($"conv{layer}_BN.running_var");
            int kernel = layer == 1 ? 512 : 64, stride = layer == 1 ? 4 : 1, left = layer == 1 ? 254 : 31, right = layer == 1 ? 254 : 32;
            int frames = ((x[0].Length + left + right - kernel) / stride) + 1;
            double[][] y = new double[bias.Length][];
            for (int o = 0; o < y.Length; o++)
            {
                y[o] = new double[frames / 2];
                for (int t = 0; t < frames; t++)
                {
                    double sum = bias[o];
                    for (int i = 0; i < x.Length; i++)
                    {
                        for (int k = 0; k < kernel; k++)
                        {
                            int at = (t * stride) + k - left;
                            if (at >= 0 && at < x[i].Length) sum += weight[(((o * x.Length) + i) * kernel) + k] * x[i][at];
                        }
                    }

                    double v = ((Math.Max(0, sum) - mean[o]) / Math.Sqrt(variance[o] + 0.0010000000474974513) * gain[o]) + offset[o];
                    y[o][t / 2] = t % 2 == 0 ? v : Math.Max(y[o][t / 2], v);
                }
            }

            x = y;
        }

        float[] last = Values("classifier.weight"), lastBias = Values("classifier.bias");
        return [.. Enumerable.Range(0, 360).Select(bin =>
        {
            double sum = lastBias[bin];
            for (int t = 0; t < 4; t++)
            {
                for (int c = 0; c < x.Length; c++) sum += last[(bin * 4 * x.Length) + (t * x.Length) + c] * x[c][t];
            }

            return 1 / (1 + Math.Exp(-sum));
        })];
    }

    private static float[] Values(string name) => TinyNetworks.Values(name, TinyNetworks.CrepeShapes[name]);
}
