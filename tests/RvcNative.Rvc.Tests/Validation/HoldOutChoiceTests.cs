using FsCheck.Xunit;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Validation;

namespace RvcNative.Rvc.Tests.Validation;

/// <summary>What is held out is a small part of every speaker, and nothing that is trained on touches it.</summary>
public sealed class HoldOutChoiceTests
{
    [Property(MaxTest = 60)]
    public void A_share_of_every_speaker_is_held_out_and_a_second_around_it_is_free(int seed)
    {
        Random random = new(seed);
        List<HoldOutChoice.Clip> clips = [];
        int speakers = random.Next(1, 4);
        for (int speaker = 0; speaker < speakers; speaker++)
        {
            for (int file = random.Next(1, 9); file > 0; file--) Add(clips, $"{speaker}.{random.Next()}", speaker, random.Next(60, 400), random);
        }

        double share = 0.03 + (random.NextDouble() * 0.3);
        HoldOut choice = HoldOutChoice.Of(clips, new ValidationOptions(HoldOutKind.Share, share));
        Assert.Null(choice.Words);
        foreach (IGrouping<int, HoldOutChoice.Clip> own in clips.GroupBy(clip => clip.Speaker))
        {
            double all = own.Sum(clip => clip.Place.Seconds), held = own.Where(clip => choice.UseOf(clip.Place) == SliceUse.HeldOut).Sum(clip => clip.Place.Seconds);
            Assert.InRange(held / all, share * 0.5, (share * 1.5) + (12 / all));   // a stretch ends with a whole clip
            Assert.Equal(held, choice.Stretches.Where(stretch => stretch.Speaker == own.Key).Sum(stretch => stretch.Seconds), 6);
        }

        ClipPlace[] trained = [.. clips.Where(clip => choice.UseOf(clip.Place) == SliceUse.Train).Select(clip => clip.Place)];
        foreach (HoldOutChoice.Clip held in clips.Where(clip => choice.UseOf(clip.Place) == SliceUse.HeldOut))
        {
            Assert.DoesNotContain(trained, clip => clip.Source == held.Place.Source && clip.Start < held.Place.End + 1 && clip.End > held.Place.Start - 1);
        }

        HoldOut again = HoldOutChoice.Of([.. clips.OrderBy(_ => random.Next())], new ValidationOptions(HoldOutKind.Share, share));
        Assert.Equal(choice.Stretches, again.Stretches);
    }

    [Fact]
    public void Whole_recordings_are_taken_where_some_are_small_enough()
    {
        List<HoldOutChoice.Clip> clips = [];
        Random random = new(4);
        for (int file = 0; file < 40; file++) Add(clips, $"file {file}", 0, 20, random);
        HoldOut choice = HoldOutChoice.Of(clips, ValidationOptions.Auto);
        Assert.All(clips.GroupBy(clip => clip.Place.Source), file => Assert.Single(file.Select(clip => choice.UseOf(clip.Place)).Distinct()));
        Assert.InRange(choice.Stretches.Sum(stretch => stretch.Seconds), 20, 60);
    }

    [Theory]
    [InlineData(700, 3, 30, 60)]
    [InlineData(250, 1, 10, 25)]
    [InlineData(36000, 3, 60, 90)]
    public void Of_a_single_recording_stretches_are_taken(double seconds, int stretches, double least, double most)
    {
        List<HoldOutChoice.Clip> clips = [];
        Add(clips, "only", 5, seconds, new Random(7));
        HoldOut choice = HoldOutChoice.Of(clips, ValidationOptions.Auto);
        Assert.Equal(stretches, choice.Stretches.Count);
        Assert.InRange(choice.Stretches.Sum(stretch => stretch.Seconds), least, most);
    }

    [Fact]
    public void With_little_data_nothing_is_held_out_and_the_words_say_so()
    {
        List<HoldOutChoice.Clip> clips = [];
        Add(clips, "a", 0, 100, new Random(1));
        Add(clips, "b", 1, 1000, new Random(2));
        HoldOut some = HoldOutChoice.Of(clips, ValidationOptions.Auto);
        Assert.All(some.Stretches, stretch => Assert.Equal(1, stretch.Speaker));
        Assert.Contains("speaker 0 has", some.Words);
        HoldOut none = HoldOutChoice.Of(clips[..5], ValidationOptions.Auto);
        Assert.Empty(none.Stretches);
        Assert.StartsWith("validation holds nothing out: speaker 0 has", none.Words, StringComparison.Ordinal);
        HoldOut one = HoldOutChoice.Of(clips[..1], new ValidationOptions(HoldOutKind.Share, 0.5));
        Assert.Empty(one.Stretches);
        Assert.Contains("too few to hold out any", one.Words);
        Assert.Null(HoldOutChoice.Of(clips, ValidationOptions.Off).Words);
    }

    [Theory]
    [InlineData("auto", HoldOutKind.Auto, 0)]
    [InlineData("off", HoldOutKind.Off, 0)]
    [InlineData("7.5", HoldOutKind.Share, 0.075)]
    [InlineData("5%", HoldOutKind.Share, 0.05)]
    public void Options_are_read_as_they_are_said(string text, HoldOutKind kind, double share)
    {
        ValidationOptions options = ValidationOptions.Parse(text);
        Assert.Equal((kind, text.TrimEnd('%')), (options.Kind, options.Text));
        Assert.Equal(share, options.Share, 12);
        Assert.Equal(HoldOutKind.Folder, ValidationOptions.Parse(Path.GetTempPath()).Kind);
        foreach (string wrong in (string[])["0", "-3", "51", "no such folder"]) Assert.Throws<ArgumentException>(() => ValidationOptions.Parse(wrong));
    }

    // Clips as the slicer leaves them: 3.7 s with overlaps, with a pause now and then.
    private static void Add(List<HoldOutChoice.Clip> clips, string source, int speaker, double seconds, Random random)
    {
        for (double at = 0; at < seconds;)
        {
            double length = 1 + (random.NextDouble() * 2.7);
            clips.Add(new HoldOutChoice.Clip(new ClipPlace(source, source, at, at + length), speaker));
            at += length + (random.Next(3) == 0 ? random.NextDouble() * 2 : -0.3);
        }
    }
}
