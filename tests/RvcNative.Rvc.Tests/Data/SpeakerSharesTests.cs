using FsCheck.Xunit;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Tests.Data;

/// <summary>Sampling that gives all speakers equal hours.</summary>
public sealed class SpeakerSharesTests
{
    [Property(MaxTest = 40)]
    public void Speakers_are_heard_for_equal_hours_whatever_they_brought(int seed)
    {
        Random random = new(seed);
        (int[] lengths, int[] speakers) = Set(random, [random.Next(20, 50), random.Next(60, 200), random.Next(100, 400)]);
        BucketSampler sampler = new(lengths, 1, (ulong)random.Next(), balancedSpeakers: speakers);
        int[] heard = [.. Enumerable.Range(1, 6).SelectMany(epoch => sampler.Epoch(epoch)).SelectMany(batch => batch)];
        double[] hours = [.. Enumerable.Range(0, 3).Select(speaker => heard.Where(clip => speakers[clip] == speaker).Sum(clip => (double)lengths[clip]))];
        Assert.InRange(hours.Max() / hours.Min(), 1, 1.2);
    }

    [Fact]
    public void A_rich_speaker_is_heard_out_before_a_clip_of_his_comes_again()
    {
        (int[] lengths, int[] speakers) = (Enumerable.Repeat(250, 90).ToArray(), [.. Enumerable.Repeat(4, 80), .. Enumerable.Repeat(9, 10)]);
        BucketSampler sampler = new(lengths, 1, 3, balancedSpeakers: speakers);
        int[] heard = [.. Enumerable.Range(0, 16).SelectMany(epoch => sampler.Epoch(epoch)).SelectMany(batch => batch)];
        int[] times = [.. Enumerable.Range(0, 90).Select(clip => heard.Count(each => each == clip))];
        Assert.All(times[..80], count => Assert.Equal(16 * 45 / 80, count));
        Assert.All(times[80..], count => Assert.Equal(16 * 45 / 10, count));
    }

    [Fact]
    public void An_epoch_depends_on_seed_and_epoch_alone_and_has_as_many_batches_as_are_said()
    {
        (int[] lengths, int[] speakers) = Set(new Random(5), [7, 80]);
        foreach (int ranks in (int[])[1, 3])
        {
            BucketSampler one = new(lengths, 4, 11, balancedSpeakers: speakers), two = new(lengths, 4, 11, balancedSpeakers: speakers);
            for (int epoch = 9; epoch >= 0; epoch--) Assert.Equal(one.BatchesPerEpoch(ranks), one.Epoch(epoch, ranks - 1, ranks).Length);
            Assert.Equal(two.Epoch(2, 0, ranks), one.Epoch(2, 0, ranks));
            Assert.NotEqual(one.Epoch(2, 0, ranks), one.Epoch(3, 0, ranks));
            Assert.NotEqual(one.Epoch(2, 0, ranks), new BucketSampler(lengths, 4, 12, balancedSpeakers: speakers).Epoch(2, 0, ranks));
        }
    }

    [Fact]
    public void One_speaker_is_trained_as_without_balance()
    {
        int[] lengths = [.. Enumerable.Range(0, 37).Select(i => 101 + (i * 21))];
        BucketSampler plain = new(lengths, 3, 8), balanced = new(lengths, 3, 8, balancedSpeakers: new int[37]);
        Assert.Equal(plain.BatchesPerEpoch(), balanced.BatchesPerEpoch());
        Assert.Equal(plain.Epoch(4).SelectMany(batch => batch).Distinct().Order(), balanced.Epoch(4).SelectMany(batch => batch).Distinct().Order());
        Assert.Throws<ArgumentException>(() => new BucketSampler(lengths, 3, 8, balancedSpeakers: [0]));
    }

    private static (int[] Lengths, int[] Speakers) Set(Random random, int[] clips)
    {
        int[] speakers = [.. Enumerable.Range(0, clips.Length).SelectMany(speaker => Enumerable.Repeat(speaker, clips[speaker]))];
        return ([.. speakers.Select(_ => random.Next(101, 901))], speakers);
    }
}
