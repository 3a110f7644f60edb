namespace RvcNative.Audio.Tests;

public sealed class MirrorTests
{
    [Fact]
    public void The_edge_is_not_repeated() => Assert.Equal([3, 2, 1, 2, 3, 4, 3, 2], Mirror.Pad<int>([1, 2, 3, 4], 2));

    [Fact]
    public void A_short_signal_is_mirrored_again_and_again()
    {
        Assert.Equal([2, 1, 2, 1, 2, 1, 2, 1], Mirror.Pad<int>([1, 2], 3));
        Assert.Equal([7, 7, 7], Mirror.Pad<int>([7], 1));
        Assert.Throws<ArgumentException>(() => Mirror.Pad<int>([], 1));
    }
}
