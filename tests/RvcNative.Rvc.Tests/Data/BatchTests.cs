using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Data;

public sealed class BatchTests
{
    [Fact]
    public void Clips_lie_side_by_side_with_zeros_behind_them()
    {
        using MadeSet made = new(1.5, 1.1, 2.3);
        TrainingSet set = made.Open();
        BatchAssembler assembler = new(set, made.Config, ModelVersion.V2, hasPitch: true);
        using (Batch first = assembler.Assemble([0, 2])) Check(first, set);
        using (Batch second = assembler.Assemble([1, 0])) Check(second, set);
        using (Batch third = assembler.Assemble([1, 2])) Check(third, set);   // in the arrays of the first
        using (Batch third = assembler.Assemble([0])) Check(third, set);
    }

    [Theory]
    [InlineData(0, 150)]
    [InlineData(2, 250)]
    public void Frames_are_rounded_up_to_fifties(int clip, int frames)
    {
        using MadeSet made = new(1.5, 1.1, 2.3);
        BatchAssembler assembler = new(made.Open(), made.Config, ModelVersion.V2, hasPitch: true);
        using Batch batch = assembler.Assemble([clip, 1]);
        Assert.Equal((frames, frames), (batch.Frames, assembler.FramesOf([1, clip])));
    }

    [Fact]
    public void Arrays_are_used_again_once_given_back_and_never_twice()
    {
        using MadeSet made = new(1.5, 1.1);
        BatchAssembler assembler = new(made.Open(), made.Config, ModelVersion.V2, hasPitch: true);
        Batch first = assembler.Assemble([0]), second = assembler.Assemble([0]);
        Assert.NotSame(first.Phone, second.Phone);
        first.Dispose();
        first.Dispose();
        Batch third = assembler.Assemble([0]), fourth = assembler.Assemble([0]);
        Assert.Same(first.Phone, third.Phone);
        Assert.NotSame(third.Phone, fourth.Phone);
    }

    [Fact]
    public void Batches_of_many_threads_do_not_disturb_each_other()
    {
        using MadeSet made = new(1.5, 1.1, 1.3);
        TrainingSet set = made.Open(new TrainingSetOptions { CacheBytes = 3_000_000 });
        BatchAssembler assembler = new(set, made.Config, ModelVersion.V2, hasPitch: true);
        BucketSampler sampler = new(set.Lengths, 2, 1, set.Boundaries);
        ParallelOptions four = new() { MaxDegreeOfParallelism = 4 };
        Parallel.ForEach(Enumerable.Range(1, 6).SelectMany(epoch => sampler.Epoch(epoch)), four, indices =>
        {
            using Batch batch = assembler.Assemble(indices);
            Check(batch, set);
        });
    }

    [Fact]
    public void Without_pitch_there_are_no_arrays_for_it()
    {
        using MadeSet made = new(1.5);
        BatchAssembler assembler = new(made.Open(hasPitch: false), made.Config, ModelVersion.V2, hasPitch: false);
        using Batch batch = assembler.Assemble([0]);
        Assert.True(batch.Pitch is null && batch.F0 is null);
    }

    private static void Check(Batch batch, TrainingSet set)
    {
        for (int row = 0; row < batch.Size; row++)
        {
            TrainingItem item = set.Get(batch.Indices[row]);
            Assert.Equal((item.Frames, (long)item.Speaker), (batch.Lengths[row], batch.Speakers[row]));
            Row(item.Phone, batch.Phone, row);
            Row(item.Spec, batch.Spec, row);
            Row(item.Wave, batch.Wave, row);
            Row(item.Pitch!, batch.Pitch!, row);
            Row(item.F0!, batch.F0!, row);
            Row([.. Enumerable.Repeat(1f, item.Frames)], batch.Mask, row);
        }

        void Row<T>(T[] clip, T[] all, int row) where T : struct, IEquatable<T>
        {
            ReadOnlySpan<T> place = all.AsSpan(row * (all.Length / batch.Size), all.Length / batch.Size);
            Assert.True(place[..clip.Length].SequenceEqual(clip));
            Assert.False(place[clip.Length..].ContainsAnyExcept(default(T)));
        }
    }
}
