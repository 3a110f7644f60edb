using RvcNative.Audio;

namespace RvcNative.Rvc.Pitch;

/// <summary>From a network's confidence, as it comes in, to pitch.</summary>
internal interface IConfidenceDecoder
{
    /// <param name="confidence">[t, 360] of the frames that follow.</param>
    void Add(ReadOnlySpan<float> confidence);

    /// <returns>Pitch in Hz of all frames, 0 where unvoiced.</returns>
    double[] Finish();
}

/// <summary>Each frame by itself.</summary>
internal sealed class FrameDecoder(Func<ReadOnlySpan<float>, double[]> decode) : IConfidenceDecoder
{
    private readonly List<double> _hz = [];

    public void Add(ReadOnlySpan<float> confidence) => _hz.AddRange(decode(confidence));

    public double[] Finish() => [.. _hz];
}

/// <summary>The likeliest path, smoothed as Applio does.</summary>
internal sealed class PathDecoder(double lowestHz, double highestHz) : IConfidenceDecoder
{
    private readonly CrepeViterbi _path = new(lowestHz, highestHz);

    public void Add(ReadOnlySpan<float> confidence) => _path.Add(confidence);

    public double[] Finish() => _path.Finish().Smooth();
}
