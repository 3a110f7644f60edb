namespace RvcNative.Audio.Tests;

public sealed class PitchBinsTests
{
    [Fact]
    public void Bins_past_the_edge_are_left_out_or_counted_again()
    {
        float[] frame = new float[360], cents = [.. Enumerable.Range(0, 360).Select(bin => (float)PitchBins.Cents(bin))];
        (frame[0], frame[3]) = (0.8f, 0.4f);
        double left = ((0.8 * PitchBins.Cents(0)) + (0.4 * PitchBins.Cents(3))) / 1.2, held = ((5 * 0.8 * PitchBins.Cents(0)) + (0.4 * PitchBins.Cents(3))) / 4.4;
        Assert.Equal(PitchBins.ToHz(left), PitchBins.LocalAverage(frame)[0], 1e-4);
        Assert.Equal(PitchBins.ToHz(held), PitchBins.LocalArgmax(frame, cents)[0], 1e-4);
    }

    [Fact]
    public void A_frame_at_the_threshold_is_unvoiced()
    {
        float[] frame = new float[360], cents = new float[360];
        frame[100] = 0.03f;
        Assert.Equal(0, PitchBins.LocalAverage(frame, 0.03f)[0]);
        Assert.Equal(0, PitchBins.LocalArgmax(frame, cents, 0.03f)[0]);
        Assert.True(PitchBins.LocalAverage(frame, 0.029)[0] > 0);
        Assert.Equal([0, 0], PitchBins.LocalAverage(new float[720]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_path_is_the_one_that_trying_every_step_finds(int seed)
    {
        const int frames = 700;                              // beyond the first look at what all paths have in common
        Random random = new(seed);
        float[] outputs = [.. Enumerable.Range(0, frames * 360).Select(_ => (float)Math.Pow(random.NextDouble(), 6))];
        CrepeViterbi viterbi = new();
        for (int at = 0; at < frames; at += 37) viterbi.Add(outputs.AsSpan(at * 360, Math.Min(37, frames - at) * 360));
        CrepePath path = viterbi.Finish();
        Assert.Equal(Plain(outputs, frames), path.Bins);
        for (int t = 0; t < frames; t++) Assert.Equal(outputs[(t * 360) + path.Bins[t]], path.Periodicity[t]);
    }

    [Fact]
    public void Smoothing_takes_two_values_at_the_ends()
    {
        CrepePath path = new([0, 0, 0, 0], [100, 200, 300, 400], [0.2f, 0.05f, 0.3f, 0.4f]);
        Assert.Equal([0, 200, 300, 350], path.Smooth());
    }

    [Fact]
    public void Octave_jumps_and_silence_are_told()
    {
        double[] clean = [.. Enumerable.Range(0, 400).Select(t => t % 100 < 60 ? 150 + (20 * Math.Sin(t * 0.1)) : 0)];
        PitchQuality good = PitchQuality.Of(clean);
        Assert.Equal((400, 240, 0), (good.Frames, good.Voiced, good.OctaveJumps));
        Assert.Equal(0.4, good.UnvoicedShare, 1e-12);
        Assert.Null(good.Suspicion);
        for (int t = 10; t < 300; t += 20) clean[t] *= 2;
        Assert.Contains("octave", PitchQuality.Of(clean).Suspicion);
        Assert.Contains("no frame is voiced", PitchQuality.Of(new double[50]).Suspicion);
        double[] rare = new double[400];
        rare.AsSpan(5, 20).Fill(200);
        Assert.Contains("5%", PitchQuality.Of(rare).Suspicion);
    }

    // librosa.sequence.viterbi over all 360 states.
    private static int[] Plain(float[] outputs, int frames)
    {
        double tiny = 1.17549435e-38;
        int first = (int)Math.Floor(PitchBins.OfHz(50)), end = (int)Math.Ceiling(PitchBins.OfHz(1100));
        Assert.Equal((39, 308), (first, end));
        double[,] move = new double[360, 360];
        for (int i = 0; i < 360; i++)
        {
            double sum = Enumerable.Range(0, 360).Sum(j => (double)Math.Max(12 - Math.Abs(i - j), 0));
            for (int j = 0; j < 360; j++) move[i, j] = Math.Log((Math.Max(12 - Math.Abs(i - j), 0) / sum) + tiny);
        }
        double[] scores = new double[360];
        int[][] from = new int[frames][];
        for (int t = 0; t < frames; t++)
        {
            double[] exp = [.. Enumerable.Range(0, 360).Select(bin => bin >= first && bin < end ? Math.Exp(outputs[(t * 360) + bin]) : 0)];
            double total = exp.Sum();
            double[] next = new double[360];
            from[t] = new int[360];
            for (int j = 0; j < 360; j++)
            {
                double heard = Math.Log((exp[j] / total) + tiny), best = double.NegativeInfinity;
                for (int i = 0; t > 0 && i < 360; i++)
                {
                    double score = scores[i] + move[i, j];
                    if (score > best) (best, from[t][j]) = (score, i);
                }
                next[j] = heard + (t == 0 ? -Math.Log(360) : best);
            }
            scores = next;
        }
        int[] bins = new int[frames];
        int at = Array.IndexOf(scores, scores.Max());
        for (int t = frames - 1; t >= 0; at = from[t--][at]) bins[t] = at;
        return bins;
    }
}
