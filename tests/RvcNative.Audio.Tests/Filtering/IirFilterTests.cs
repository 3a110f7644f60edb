namespace RvcNative.Audio.Tests;

public sealed class IirFilterTests
{
    [SkippableTheory]
    [InlineData(16000)]
    [InlineData(32000)]
    [InlineData(40000)]
    [InlineData(48000)]
    public void Butterworth_coefficients_are_scipys_to_the_bit(int rateHz)
    {
        Golden golden = Golden.Case("audio-preprocess");
        IirFilter filter = Butterworth.SpeechHighPass(rateHz);
        Assert.Equal(golden.Doubles($"butter_b_{rateHz}"), filter.Numerator.ToArray());
        Assert.Equal(golden.Doubles($"butter_a_{rateHz}"), filter.Denominator.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void High_pass_has_half_power_at_its_cutoff(int order)
    {
        IirFilter filter = Butterworth.HighPass(order, 1000, 16000);
        Assert.Equal(Math.Sqrt(0.5), Gain(filter, 1000.0 / 16000), 9);
        Assert.Equal(1, Gain(filter, 0.5), 9);
        Assert.Equal(0, Gain(filter, 0), 9);
    }

    [SkippableFact]
    public void Causal_filtering_is_lfilter()
    {
        Golden golden = Golden.Case("audio-preprocess");
        double[] filtered = new TrainingChunker(40000).Filter(Preprocess.Recording(golden));
        Close.Each(golden.Doubles("filtered_head"), filtered.AsSpan(0, 512), absolute: 4e-6);
        Close.Each(golden.Doubles("filtered_997"), Every(filtered, 997), absolute: 4e-6);
    }

    [Fact]
    public void Filters_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Butterworth.HighPass(5, 8000, 16000));
        Assert.Throws<ArgumentException>(() => new IirFilter([1.0, 0], [2.0, 0]));
    }

    private static double Gain(IirFilter filter, double cyclesPerSample)
    {
        System.Numerics.Complex b = 0, a = 0;
        for (int k = 0; k < filter.Numerator.Length; k++)
        {
            System.Numerics.Complex z = System.Numerics.Complex.FromPolarCoordinates(1, -2 * Math.PI * cyclesPerSample * k);
            b += filter.Numerator[k] * z;
            a += filter.Denominator[k] * z;
        }
        return (b / a).Magnitude;
    }

    private static double[] Every(double[] values, int step) => [.. values.Where((_, i) => i % step == 0)];
}
