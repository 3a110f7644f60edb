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
    [InlineData(4, 1)]
    [InlineData(16, 2)]
    [InlineData(64, 3)]
    [InlineData(1024, 4)]
    [InlineData(2048, 5)]
    public void Has_the_bits_of_one_value_after_the_other(int samples, int seed)
    {
        Random random = new(seed);
        double[] x = [.. Enumerable.Range(0, samples).Select(_ => Math.Pow(random.NextDouble() - 0.5, 5))];
        RealFft fft = new(samples);
        double[] re = new double[fft.Bins], im = new double[fft.Bins];
        fft.Forward(x, re, im);
        (double[] Re, double[] Im) plain = Plain(x);
        Assert.Equal(plain.Re, re);
        Assert.Equal(plain.Im, im);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(400)]
    public void Other_lengths_are_refused(int samples) => Assert.Throws<ArgumentOutOfRangeException>(() => new RealFft(samples));

    // Radix 2 and the split of its bins, as plain loops.
    private static (double[] Re, double[] Im) Plain(double[] x)
    {
        int half = x.Length / 2, bits = int.Log2(half);
        double[] re = new double[half + 1], im = new double[half + 1];
        for (int i = 0; i < half; i++)
        {
            int from = Enumerable.Range(0, bits).Sum(bit => ((i >> bit) & 1) << (bits - 1 - bit));
            (re[i], im[i]) = (x[2 * from], x[(2 * from) + 1]);
        }

        for (int span = 1; span < half; span *= 2)
        {
            for (int top = 0; top < half; top++)
            {
                if ((top & span) != 0) continue;
                int low = top + span;
                (double sin, double cos) = Turn(top % span * (half / span));
                double turnedRe = (re[low] * cos) + (im[low] * sin), turnedIm = (im[low] * cos) - (re[low] * sin);
                (re[low], im[low], re[top], im[top]) = (re[top] - turnedRe, im[top] - turnedIm, re[top] + turnedRe, im[top] + turnedIm);
            }
        }

        double[] splitRe = new double[half + 1], splitIm = new double[half + 1];
        (splitRe[0], splitRe[half]) = (re[0] + im[0], re[0] - im[0]);
        for (int k = 1; k < half; k++)
        {
            (int low, int high) = (Math.Min(k, half - k), Math.Max(k, half - k));
            double evenRe = (re[low] + re[high]) / 2, evenIm = (im[low] - im[high]) / 2, oddRe = (im[low] + im[high]) / 2, oddIm = (re[high] - re[low]) / 2;
            (double sin, double cos) = Turn(low);
            double turnedRe = (oddRe * cos) + (oddIm * sin), turnedIm = (oddIm * cos) - (oddRe * sin);
            (splitRe[k], splitIm[k]) = k < high ? (evenRe + turnedRe, evenIm + turnedIm) : (evenRe - turnedRe, turnedIm - evenIm);
        }

        return (splitRe, splitIm);

        (double Sin, double Cos) Turn(int k) => Math.SinCos(2 * Math.PI * k / x.Length);
    }
}
