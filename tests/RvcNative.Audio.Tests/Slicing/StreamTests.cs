namespace RvcNative.Audio.Tests;

/// <summary>What comes block after block is cut as what is there as a whole.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData(40000, 1)]
    [InlineData(32000, 77)]
    [InlineData(48000, 16384)]
    public void Levels_and_filter_do_not_know_of_blocks(int sampleRateHz, int mostSamples)
    {
        foreach (int samples in (int[])[0, 5, 600, 1201, sampleRateHz * (mostSamples == 1 ? 1 : 3) + 13])
        {
            Random random = new(samples + mostSamples);
            float[] recording = [.. Enumerable.Range(0, samples).Select(_ => random.NextSingle() - 0.5f)];
            TrainingChunker chunker = new(sampleRateHz);
            double[] whole = chunker.Filter(recording), blocks = [.. recording];
            IirStream filter = chunker.FilterStream();
            RmsStream levels = chunker.Levels();
            for (int at = 0; at < samples;)
            {
                int count = Math.Min(samples - at, random.Next(1, mostSamples + 1));
                filter.Run(blocks.AsSpan(at, count));
                levels.Add(blocks.AsSpan(at, count));
                at += count;
            }

            Assert.Equal(whole, blocks);
            Assert.Equal(samples, levels.Samples);
            Assert.Equal(Levels(whole, sampleRateHz), levels.Finish());
            Assert.Equal(chunker.Plan(Levels(whole, sampleRateHz), samples).Select(chunk => chunk.Range), chunker.Cut(whole).Select(chunk => chunk.Range));
        }
    }

    [Fact]
    public void Fixed_slices_cover_a_recording_and_none_is_one_slice()
    {
        ChunkSettings settings = new(ChunkSeconds: 1.3) { Slicing = SlicingMode.Fixed };
        double[] silence = new double[(40000 * 7) + 11];
        IReadOnlyList<TrainingChunk> chunks = new TrainingChunker(40000, settings).Cut(silence);
        Assert.Equal((0, silence.Length), (chunks[0].Range.Start, chunks[^1].Range.End));
        Assert.All(chunks.Zip(chunks.Skip(1)), pair => Assert.InRange(pair.First.Range.End - pair.Second.Range.Start, 11999, 12001));
        Assert.All(chunks, chunk => Assert.InRange(chunk.Range.Length, 40000 * 0.9, 40000 * 1.6));
        Assert.Equal(new SampleRange(0, silence.Length), Assert.Single(new TrainingChunker(40000, settings with { Slicing = SlicingMode.None }).Cut(silence)).Range);
    }

    // As the definition has them: windows of 60 ms around every 15 ms, zeros beyond the ends.
    private static double[] Levels(double[] samples, int sampleRateHz)
    {
        int hop = sampleRateHz * 15 / 1000, window = 4 * hop;
        double[] padded = [.. new double[window / 2], .. samples, .. new double[window / 2]];
        return [.. Enumerable.Range(0, padded.Length < window ? 0 : ((padded.Length - window) / hop) + 1).Select(frame =>
        {
            int start = Math.Max(frame * hop, window / 2), end = Math.Min((frame * hop) + window, (window / 2) + samples.Length);
            return start < end ? Math.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares<double>(padded.AsSpan(start, end - start)) / window) : 0;
        })];
    }
}
