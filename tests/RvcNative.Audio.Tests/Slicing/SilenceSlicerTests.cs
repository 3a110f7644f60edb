namespace RvcNative.Audio.Tests;

public sealed class SilenceSlicerTests
{
    private const int RateHz = 16000;

    [SkippableFact]
    public void Slices_and_levels_are_mainlines()
    {
        Golden golden = Golden.Case("audio-preprocess");
        double[] filtered = new TrainingChunker(40000).Filter(Preprocess.Recording(golden));
        SilenceSlicer slicer = new(40000);
        Assert.Equal((600, 2400), (slicer.HopSamples, slicer.WindowSamples));
        Close.Each(golden.Doubles("rms"), slicer.Rms(filtered), absolute: 4e-6);
        long[] expected = golden.Longs("slices");
        Assert.Equal(expected, slicer.Slice(filtered).SelectMany(range => (long[])[range.Start, range.End]));
    }

    [Fact]
    public void Long_silences_are_left_out_up_to_half_a_second_a_side()
    {
        IReadOnlyList<SampleRange> parts = new SilenceSlicer(RateHz).Slice(Signal((2.0, 1), (3.0, 0), (2.0, 1), (3.0, 0)));
        Assert.Equal(2, parts.Count);
        Assert.Equal(0, parts[0].Start);
        Assert.InRange(parts[0].End, 2.0 * RateHz, 2.6 * RateHz);
        Assert.InRange(parts[1].Start, 4.4 * RateHz, 5.0 * RateHz);
        Assert.InRange(parts[1].End, 7.0 * RateHz, 7.6 * RateHz);
    }

    [Fact]
    public void A_leading_silence_is_left_out()
    {
        IReadOnlyList<SampleRange> parts = new SilenceSlicer(RateHz).Slice(Signal((2.0, 0), (3.0, 1)));
        SampleRange part = Assert.Single(parts);
        Assert.InRange(part.Start, 1.4 * RateHz, 2.0 * RateHz);
        Assert.InRange(part.End, 5.0 * RateHz - 240, 5.0 * RateHz);
    }

    [Fact]
    public void A_short_pause_is_no_cut() =>
        Assert.Equal([new SampleRange(0, 4 * RateHz + 3200)], new SilenceSlicer(RateHz).Slice(Signal((2.0, 1), (0.2, 0), (2.0, 1))));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(5000)]
    public void Short_recordings_are_kept_or_silent(int samples)
    {
        foreach (SampleRange range in new SilenceSlicer(RateHz).Slice(new double[samples])) Assert.InRange(range.End, range.Start, samples);
        Assert.Equal([new SampleRange(0, samples)], new SilenceSlicer(RateHz).Slice([.. Enumerable.Repeat(0.5, samples)]));
    }

    [Fact]
    public void Parts_lie_in_order_inside_any_recording()
    {
        Random random = new(3);
        for (int round = 0; round < 60; round++)
        {
            (double, double)[] stretches = [.. Enumerable.Range(0, 12).Select(_ => (random.NextDouble() * 2, random.Next(2) * 1.0))];
            double[] samples = Signal(stretches);
            int last = 0;
            foreach (SampleRange range in new SilenceSlicer(RateHz).Slice(samples))
            {
                Assert.InRange(range.Start, last, samples.Length);
                Assert.InRange(range.End, range.Start, samples.Length);
                last = range.End;
            }
        }
    }

    private static double[] Signal(params (double Seconds, double Level)[] stretches)
    {
        Random random = new(1);
        return [.. stretches.SelectMany(s => Enumerable.Range(0, (int)(s.Seconds * RateHz)).Select(_ => s.Level * (random.NextDouble() - 0.5)))];
    }
}
