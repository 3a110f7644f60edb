namespace RvcNative.Core.Cpu.Convolution;

/// <summary>Taps and channels (of each group) that are summed in registers in one go.</summary>
internal struct Stretch
{
    internal int Tap, Taps, Channel, Channels;

    internal readonly int Depth => Taps * Channels;

    /// <summary>Stretches of at most <paramref name="mostDepth"/> products that cover some taps of some channels: whole taps, or pieces of one.</summary>
    internal static int Count(int taps, int channels, int mostDepth)
    {
        int pieces = TileSplit.Ceiling(channels, mostDepth);
        return Math.Max(1, TileSplit.Ceiling(taps, TapsAtOnce(pieces, channels, mostDepth)) * pieces);
    }

    /// <summary>The stretch of a number below <see cref="Count"/>; packed weights follow this order.</summary>
    internal static Stretch At(int number, int taps, int channels, int mostDepth)
    {
        int pieces = TileSplit.Ceiling(channels, mostDepth), tapsAtOnce = TapsAtOnce(pieces, channels, mostDepth);
        (int tap, int piece) = (number / pieces * tapsAtOnce, number % pieces);
        int channel = (int)((long)channels * piece / pieces), end = (int)((long)channels * (piece + 1) / pieces);
        return new Stretch { Tap = tap, Taps = Math.Min(tapsAtOnce, taps - tap), Channel = channel, Channels = end - channel };
    }

    private static int TapsAtOnce(int pieces, int channels, int mostDepth) => pieces > 1 ? 1 : Math.Max(1, mostDepth / channels);
}
