namespace RvcNative.Rvc.Data;

/// <summary>
/// Mainline's estimate of a clip's length, bytes of the wav / (3 hop), by which its sampler decides what is trained on. A float32 wav has 4 bytes a sample, so
/// an estimate is 4/3 of the frames (and 2/3 of them for a 16-bit wav).
/// </summary>
internal static class ClipLength
{
    private const int WavHeaderBytes = 58, FramesPerSecond = 100;

    internal static int Estimate(long wavBytes, int hopSamples) => (int)(wavBytes / (3L * hopSamples));

    /// <summary>Why the trainer will not take a slice of ours in one of the usual configurations; null where it will.</summary>
    internal static DropReason? Misfit(int samples, int sampleRateHz)
    {
        int estimate = Estimate((4L * samples) + WavHeaderBytes, sampleRateHz / FramesPerSecond);
        return estimate <= BucketSampler.MainlineBoundaries[0] ? DropReason.TooShort : estimate > BucketSampler.MainlineBoundaries[^1] ? DropReason.TooLong : null;
    }
}
