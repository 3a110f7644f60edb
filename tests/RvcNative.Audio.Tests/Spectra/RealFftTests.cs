namespace RvcNative.Audio.Tests;

public sealed class RealFftTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(512)]
    public void Agrees_with_the_plain_sum(int samples)
    {
        Random random = new(samples);
        double[] x = [.. Enumerable.Range(0, samples).Select(_ => random.NextDouble() - 0.5)];
        RealFft fft = new(samples);
        double[] re = new double[fft.Bins], im = new double[fft.Bins];
        fft.Forward(x, re, im);
        for (int k = 0; k < fft.Bins; k++)
        {
            double sumRe = 0, sumIm = 0;
            for (int n = 0; n < samples; n++)
            {
                double angle = 2 * Math.PI * ((long)k * n % samples) / samples;
                sumRe += x[n] * Math.Cos(angle);
                sumIm -= x[n] * Math.Sin(angle);
            }
            Assert.Equal(sumRe, re[k], 11);
            Assert.Equal(sumIm, im[k], 11);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(400)]
    public void Other_lengths_are_refused(int samples) => Assert.Throws<ArgumentOutOfRangeException>(() => new RealFft(samples));
}
