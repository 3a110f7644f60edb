namespace RvcNative.Audio.Tests;

public sealed class ConversionSegmentsTests
{
    [SkippableTheory]
    [InlineData(QuietRule.SumOfMagnitudes, "")]
    [InlineData(QuietRule.MagnitudeOfSum, "_applio")]
    public void Cuts_and_segments_are_the_peers(QuietRule rule, string suffix)
    {
        Golden golden = Golden.Case("pipeline");
        float[] filtered = [.. new ZeroPhaseFilter(Butterworth.SpeechHighPass(16000)).Run(Preprocess.Floats(golden.Shorts("audio_i16"))).Select(y => (float)y)];
        ConversionSegments plan = ConversionSegments.Plan(filtered, new(PadSeconds: 1, QuerySeconds: 2, CenterSeconds: 7, MaxSeconds: 10, rule));
        Assert.Equal(golden.Longs("cuts" + suffix), plan.Cuts.Select(cut => (long)cut));
        Assert.Equal(golden.Longs("segments" + suffix), plan.Segments.SelectMany(s => (long[])[s.Start, s.End, s.FirstFrame, s.EndFrame]));
    }

    [Fact]
    public void A_short_signal_is_one_segment()
    {
        ConversionSegments plan = ConversionSegments.Plan(new float[16000]);
        Assert.Empty(plan.Cuts);
        Assert.Equal([new ConversionSegment(0, 48000, 0, 300)], plan.Segments);
    }

    [Fact]
    public void Every_sample_is_converted_once()
    {
        Random random = new(4);
        for (int round = 0; round < 3; round++)
        {
            float[] signal = [.. Enumerable.Range(0, random.Next(100_000, 400_000)).Select(_ => random.NextSingle() - 0.5f)];
            ConversionSegments plan = ConversionSegments.Plan(signal, new(PadSeconds: 1, QuerySeconds: 1, CenterSeconds: 3, MaxSeconds: 4));
            int expectedStart = 0;
            foreach (ConversionSegment segment in plan.Segments)
            {
                Assert.Equal(expectedStart, segment.Start);
                Assert.InRange(segment.End, segment.Start, signal.Length + 2 * plan.PadSamples);
                expectedStart = segment.End - 2 * plan.PadSamples - ConversionSegments.HopSamples;
            }
            Assert.Equal(signal.Length + 2 * plan.PadSamples, plan.Segments[^1].End);
        }
    }
}
