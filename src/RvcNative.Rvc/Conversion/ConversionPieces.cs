using RvcNative.Audio;

namespace RvcNative.Rvc.Conversion;

/// <summary>A stretch of frames of the padded recording, [FirstFrame, EndFrame).</summary>
internal readonly record struct ConversionPiece(int FirstFrame, int EndFrame)
{
    internal int Frames => EndFrame - FirstFrame;
}

/// <summary>
/// A recording made ready as mainline's Pipeline does: high-passed, mirrored by a pad at both ends, cut at quiet points into pieces that
/// overlap by two pads. Unlike there, every piece has features for all its frames (mainline's lack one where the number of frames is odd, and
/// two at the end, so its output runs 10 ms ahead from such a cut on), and a last frame that is not full counts.
/// </summary>
internal sealed class ConversionPieces
{
    internal const int HopSamples = ConversionSegments.HopSamples, FramesPerSecond = ConversionInput.SampleRateHz / HopSamples;

    // The features of 2k frames hang on 320 k + 80 samples, and an odd number of frames takes those of one more.
    private const int FeatureMargin = 240;

    private ConversionPieces(double[] filtered, float[] padded, IReadOnlyList<ConversionPiece> pieces, int padFrames) =>
        (Filtered, Padded, Pieces, PadFrames) = (filtered, padded, pieces, padFrames);

    /// <summary>The high-passed recording, N samples at 16 kHz.</summary>
    internal double[] Filtered { get; }

    /// <summary>All frames' samples, and a margin for the features of the last.</summary>
    internal float[] Padded { get; }

    internal IReadOnlyList<ConversionPiece> Pieces { get; }

    /// <summary>Frames at both ends of every piece whose audio is cut off.</summary>
    internal int PadFrames { get; }

    internal int Frames => Pieces[^1].EndFrame;

    internal static ConversionPieces Of(float[] wave16k, SegmentSettings cuts)
    {
        float[] limited = [.. wave16k];
        OutputLevel.LimitInput(limited);
        double[] filtered = Butterworth.SpeechHighPass(ConversionInput.SampleRateHz).ForwardBackward(limited);
        ConversionSegments plan = ConversionSegments.Plan(filtered, cuts);
        int padFrames = plan.PadSamples / HopSamples, ownFrames = (filtered.Length + HopSamples - 1) / HopSamples, start = 0;
        List<ConversionPiece> pieces = [];
        foreach (int cut in (int[])[.. plan.Cuts.Select(cut => cut / HopSamples), ownFrames])
        {
            if (cut > start) pieces.Add(new ConversionPiece(start, cut + (2 * padFrames)));
            start = cut;
        }

        float[] padded = Pad(filtered, plan.PadSamples, (pieces[^1].EndFrame * HopSamples) + FeatureMargin);
        return new ConversionPieces(filtered, padded, pieces, padFrames);
    }

    /// <summary>Samples that the features of a piece are computed from.</summary>
    internal ReadOnlySpan<float> SamplesOf(ConversionPiece piece) =>
        Padded.AsSpan(piece.FirstFrame * HopSamples, (piece.Frames * HopSamples) + FeatureMargin);

    private static float[] Pad(double[] filtered, int padSamples, int samples)
    {
        int more = FeatureMargin + HopSamples;
        double[] mirrored = Mirror.Pad<double>(filtered, padSamples + more);
        float[] padded = new float[samples];
        for (int i = 0; i < samples; i++) padded[i] = (float)mirrored[i + more];
        return padded;
    }
}
