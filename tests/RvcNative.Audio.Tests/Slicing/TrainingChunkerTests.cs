namespace RvcNative.Audio.Tests;

public sealed class TrainingChunkerTests
{
    [SkippableTheory]
    [InlineData("per37", 3.7)]
    [InlineData("per30", 3.0)]
    public void Chunks_are_mainlines_without_its_overwriting(string per, double chunkSeconds)
    {
        Golden golden = Golden.Case("audio-preprocess");
        TrainingChunker chunker = new(40000, new ChunkSettings(ChunkSeconds: chunkSeconds));
        double[] filtered = chunker.Filter(Preprocess.Recording(golden));
        IReadOnlyList<TrainingChunk> chunks = chunker.Cut(filtered);

        long[] table = golden.Longs($"chunks_{per}");        // slice, start, end, idx1, survives, length at 16 kHz
        Assert.Equal(table.Length / 6, chunks.Count);
        double[] peaks = golden.Doubles($"peak_{per}"), energies = golden.Doubles($"energy_{per}");
        double[] rawHeads = golden.Doubles($"raw_head_{per}"), rawTails = golden.Doubles($"raw_tail_{per}");
        float[] heads = golden.Floats($"norm_head_{per}"), tails = golden.Floats($"norm_tail_{per}");
        Resampler to16k = new(40000, 16000);
        for (int i = 0; i < chunks.Count; i++)
        {
            TrainingChunk chunk = chunks[i];
            (float[] full, float[] at16k) = chunker.Render(filtered.AsSpan(chunk.Range.Start, chunk.Range.Length), to16k);
            Assert.Equal((table[i * 6], table[i * 6 + 1], table[i * 6 + 2]), (chunk.Slice, chunk.Range.Start, chunk.Range.End));
            Assert.Equal(table[i * 6 + 5], at16k.Length);
            Assert.Equal((i, ChunkDrop.None), (chunk.Index, chunk.Drop));
            Close.Each(peaks.AsSpan(i, 1), [chunk.Peak], absolute: 4e-6);
            Close.Each(energies.AsSpan(i, 1), [full.Sum(x => (double)x * x)], relative: 1e-5);
            Close.Each(rawHeads.AsSpan(i * 64, 64), filtered.AsSpan(chunk.Range.Start, 64), absolute: 4e-6);
            Close.Each(rawTails.AsSpan(i * 64, 64), filtered.AsSpan(chunk.Range.End - 64, 64), absolute: 4e-6);
            Close.Each(heads.AsSpan(i * 64, 64), full.AsSpan(0, 64), absolute: 4e-6);
            Close.Each(tails.AsSpan(i * 64, 64), full.AsSpan(full.Length - 64), absolute: 4e-6);
        }
    }

    [SkippableTheory]
    [InlineData("zeros", ChunkDrop.Silent)]
    [InlineData("quiet", ChunkDrop.None)]
    [InlineData("full", ChunkDrop.None)]
    [InlineData("at_limit", ChunkDrop.None)]
    [InlineData("over", ChunkDrop.TooLoud)]
    [InlineData("nan", ChunkDrop.NotFinite)]
    [InlineData("inf", ChunkDrop.NotFinite)]
    public void Made_up_chunks_are_kept_and_dropped_as_in_mainline(string name, ChunkDrop drop)
    {
        Golden golden = Golden.Case("audio-preprocess");
        int place = Array.IndexOf(["zeros", "quiet", "full", "at_limit", "over", "nan", "inf"], name);
        Assert.Equal(golden.Longs("made_kept")[place] == 1, drop == ChunkDrop.None);

        TrainingChunker chunker = new(40000);
        double[] chunk = golden.Doubles("made_" + name);
        Assert.Equal(drop, chunker.Judge(chunk).Drop);
        if (drop == ChunkDrop.None) Close.Each(Close.Doubles(golden.Floats("made_out_" + name)), chunker.Normalise(chunk), absolute: 4e-6);
        else Assert.Throws<ArgumentException>(() => chunker.Normalise(chunk));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(101)]
    [InlineData(16000)]
    public void Silent_and_tiny_recordings_give_no_used_chunk(int samples)
    {
        TrainingChunker chunker = new(16000);
        Assert.DoesNotContain(chunker.Cut(chunker.Filter(new float[samples])), chunk => chunk.IsUsed);
    }

    [Fact]
    public void A_long_sound_is_covered_by_overlapping_chunks()
    {
        TrainingChunker chunker = new(16000);
        Random random = new(5);
        double[] sound = [.. Enumerable.Range(0, 16000 * 20).Select(_ => random.NextDouble() - 0.5)];
        IReadOnlyList<TrainingChunk> chunks = chunker.Cut(sound);
        Assert.Equal(0, chunks[0].Range.Start);
        Assert.Equal(sound.Length, chunks[^1].Range.End);
        for (int i = 1; i < chunks.Count; i++) Assert.Equal(0.3 * 16000, chunks[i - 1].Range.End - chunks[i].Range.Start, 1.0);
    }
}
