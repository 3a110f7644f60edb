using RvcNative.Audio;

namespace RvcNative.Rvc.Conversion;

/// <summary>A stretch of a recording that is converted as if it were one; what lies between stretches becomes silence.</summary>
/// <param name="StartFrame">Where it begins, in frames of 10 ms.</param>
internal sealed record ConversionPart(int StartFrame, ConversionPieces Pieces)
{
    /// <summary>Samples of the voice, a number of them a frame, from one of its frames to its end; the last frame may not be full.</summary>
    internal int SamplesFrom(int frame, int samplesPerFrame)
    {
        const int hop = ConversionPieces.HopSamples;
        int inFrame = Pieces.Filtered.Length % hop, full = Pieces.Filtered.Length / hop;
        return ((full - frame) * samplesPerFrame) + (((inFrame * samplesPerFrame) + hop - 1) / hop);
    }

    /// <summary>The whole recording, or what lies between its silences (those of the slicer that cuts recordings for training), on whole frames.</summary>
    internal static IReadOnlyList<ConversionPart> Of(Signal filtered, SegmentSettings cuts, bool splits)
    {
        if (!splits) return [new ConversionPart(0, ConversionPieces.Of(filtered, cuts))];
        List<ConversionPart> parts = [];
        foreach (SampleRange range in new SilenceSlicer(ConversionInput.SampleRateHz).Slice(filtered))
        {
            const int hop = ConversionPieces.HopSamples;
            int before = parts.Count == 0 ? 0 : (parts[^1].StartFrame * hop) + parts[^1].Pieces.Filtered.Length;
            int start = Math.Max(range.Start / hop * hop, (before + hop - 1) / hop * hop), end = Math.Min((range.End + hop - 1) / hop * hop, filtered.Length);
            if (end > start) parts.Add(new ConversionPart(start / hop, ConversionPieces.Of(filtered.Part(start, end - start), cuts)));
        }

        return parts;
    }
}
