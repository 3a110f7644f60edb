namespace RvcNative.Gpu.Tests;

public sealed class UploadRingTests
{
    [Fact]
    public void A_half_is_waited_for_before_it_is_filled_again_and_places_never_overlap_within_it()
    {
        List<string> told = [];
        UploadRing ring = new(half => told.Add($"left {half}"), half => told.Add($"entered {half}"));
        Random random = new(1);
        (int Start, int End) last = (0, 0);
        for (int i = 0; i < 400; i++)
        {
            int bytes = random.Next(1, 1 << 20), events = told.Count, place = ring.Reserve(bytes);
            Assert.InRange(place, 0, (2 * UploadRing.HalfBytes) - bytes);
            Assert.Equal(place / UploadRing.HalfBytes, (place + bytes - 1) / UploadRing.HalfBytes);
            if (told.Count == events) Assert.True(i == 0 || place >= last.End, $"{place} is before {last.End}");
            last = (place, place + bytes);
        }

        Assert.Equal(["left 0", "entered 1", "left 1", "entered 0", "left 0", "entered 1"], told.Take(6));
    }

    [Fact]
    public void What_fills_a_half_fits()
    {
        UploadRing ring = new(_ => { }, _ => { });
        Assert.Equal(0, ring.Reserve(UploadRing.HalfBytes));
        Assert.Equal(UploadRing.HalfBytes, ring.Reserve(1));
        Assert.Equal(0, ring.Reserve(UploadRing.HalfBytes));
    }
}
