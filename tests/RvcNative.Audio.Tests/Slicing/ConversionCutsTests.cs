namespace RvcNative.Audio.Tests;

public sealed class ConversionCutsTests
{
    [SkippableTheory]
    [InlineData(QuietRule.SumOfMagnitudes, "")]
    [InlineData(QuietRule.MagnitudeOfSum, "_applio")]
    public void Cuts_are_the_peers(QuietRule rule, string suffix)
    {
        Golden golden = Golden.Case("pipeline");
        float[] filtered = [.. new ZeroPhaseFilter(Butterworth.SpeechHighPass(16000)).Run(Preprocess.Floats(golden.Shorts("audio_i16"))).Select(y => (float)y)];
        IReadOnlyList<int> cuts = ConversionCuts.Of(filtered, new(PadSeconds: 1, QuerySeconds: 2, CenterSeconds: 7, MaxSeconds: 10, rule));
        Assert.Equal(golden.Longs("cuts" + suffix), cuts.Select(cut => (long)cut));
    }

    [Fact]
    public void A_short_signal_is_not_cut()
    {
        Assert.Empty(ConversionCuts.Of(new float[(41 * 16000) - 160], new()));
        Assert.Single(ConversionCuts.Of(new float[(41 * 16000) - 159], new()));
    }

    [Fact]
    public void Cuts_are_whole_frames_in_order_and_near_their_places()
    {
        Random random = new(4);
        for (int round = 0; round < 3; round++)
        {
            float[] signal = [.. Enumerable.Range(0, random.Next(100_000, 400_000)).Select(_ => random.NextSingle() - 0.5f)];
            IReadOnlyList<int> cuts = ConversionCuts.Of(signal, new(PadSeconds: 1, QuerySeconds: 1, CenterSeconds: 3, MaxSeconds: 4));
            Assert.Equal((signal.Length - 1) / 48000, cuts.Count);
            for (int i = 0; i < cuts.Count; i++)
            {
                Assert.InRange(cuts[i], ((i + 1) * 48000) - 16160, Math.Min(signal.Length, ((i + 1) * 48000) + 16000));
                Assert.Equal(0, cuts[i] % 160);
            }
        }
    }

    [Fact]
    public void Cuts_that_would_cross_are_refused() =>
        Assert.Throws<ArgumentException>(() => ConversionCuts.Of(new float[160], new(QuerySeconds: 8, CenterSeconds: 7)));
}
