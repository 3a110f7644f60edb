using System.Numerics;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Tests.Verification;

public sealed class ChirpTransformTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(97)]
    [InlineData(120)]
    public void Any_length_equals_the_sum(int count)
    {
        Random random = new(count);
        Complex[] x = [.. Enumerable.Range(0, count).Select(_ => new Complex(random.NextDouble() - 0.5, random.NextDouble() - 0.5))];
        Complex[] got = ChirpTransform.Forward(x);
        for (int k = 0; k < count; k++)
        {
            Complex sum = 0;
            for (int n = 0; n < count; n++) sum += x[n] * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * n / count);
            Assert.True((sum - got[k]).Magnitude < 1e-12 * count, $"bin {k}: {got[k]} is not {sum}");
        }
    }

    [Theory]
    [InlineData(3000, true)]
    [InlineData(7500, false)]
    public void Noise_counts_below_the_pass_bands_end_alone(double noiseHz, bool counts)
    {
        const int RateHz = 16000, Samples = 16001;
        float[] reference = Tone(1000, 0.5), noisy = [.. reference.Zip(Tone(noiseHz, 0.005), (a, b) => a + b)];
        double relative = BandNoise.Relative(reference, noisy, RateHz, passHz: 7200);
        if (counts) Assert.Equal(0.01, relative, 1e-4);
        else Assert.InRange(relative, 0, 1e-4);
        Assert.Equal(0, BandNoise.Relative(reference, reference, RateHz, 7200), 1e-12);

        static float[] Tone(double hz, double level) =>
            [.. Enumerable.Range(0, Samples).Select(i => (float)(level * Math.Sin(2 * Math.PI * hz * i / RateHz)))];
    }
}
