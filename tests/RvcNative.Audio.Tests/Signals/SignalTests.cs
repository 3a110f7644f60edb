using FsCheck.Xunit;

namespace RvcNative.Audio.Tests;

public sealed class SignalTests
{
    [Property(MaxTest = 60)]
    public void Mirror_images_are_those_of_the_array(byte length, byte before, byte after, byte from)
    {
        float[] x = Ramp(length + 1);
        Signal mirrored = Signal.Of(x).Mirrored(before, after);
        float[] all = mirrored.ToArray(), wanted = [.. Enumerable.Range(-before, x.Length + before + after).Select(i => x[Mirror.Place(i, x.Length)])];
        Assert.Equal(wanted, all);
        int start = from % all.Length;
        Assert.Equal(wanted[start..], mirrored.Part(start, all.Length - start).ToArray());
    }

    [Theory]
    [InlineData(-7, 5)]
    [InlineData(-3, 10)]
    [InlineData(2, 4)]
    [InlineData(8, 9)]
    [InlineData(20, 3)]
    public void Zeros_lie_beyond_the_ends_where_they_are_asked_for(int start, int count)
    {
        float[] x = Ramp(11), read = [.. Enumerable.Repeat(-1f, count)];
        Signal.Of(x).ReadPadded(start, read);
        Assert.Equal(Enumerable.Range(start, count).Select(i => i is >= 0 and < 11 ? x[i] : 0), read);
    }

    [Fact]
    public void Blocks_are_all_samples_in_order()
    {
        float[] x = Ramp(70_001);
        List<float> seen = [];
        Signal.Of(x).ForEachBlock((start, block) =>
        {
            Assert.Equal(seen.Count, start);
            seen.AddRange(block);
        });
        Assert.Equal(x, seen);
    }

    [Fact]
    public void A_stretch_ends_where_it_ends()
    {
        Signal part = Signal.Of(Ramp(20)).Part(5, 10);
        Assert.Equal(Ramp(20)[5..15], part.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Read(8, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Part(3, 8));
        Assert.Throws<ArgumentException>(() => Signal.Of([]).Mirrored(1, 1));
    }

    [Fact]
    public void Pitch_of_a_spooled_recording_is_that_of_the_array()
    {
        float[] wave = [.. Enumerable.Range(0, 40_000).Select(i => (float)Math.Sin(0.05 * i * (1 + (i * 4e-6))) * 0.4f)];
        using SampleSpool spool = new(mostInMemory: 1000);
        spool.Add(wave);
        Assert.Equal(Pyin.Track(wave), Pyin.Track(spool.ToSignal()));
        Assert.Equal(BoersmaPitch.Track(wave), BoersmaPitch.Track(spool.ToSignal()));
        Assert.Equal(PitchMel.Rmvpe.LogMel(wave, 100, 151), PitchMel.Rmvpe.LogMel(spool.ToSignal(), 100, 151));
        Assert.Contains(Pyin.Track(wave), hz => hz > 0);
    }

    private static float[] Ramp(int length) => [.. Enumerable.Range(1, length).Select(i => (float)i)];
}
