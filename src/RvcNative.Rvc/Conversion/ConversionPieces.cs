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

    private ConversionPieces(ReadOnlyMemory<double> filtered, IReadOnlyList<ConversionPiece> pieces, int padFrames) =>
        (Filtered, Pieces, PadFrames) = (filtered, pieces, padFrames);

    /// <summary>The high-passed recording, N samples at 16 kHz.</summary>
    internal ReadOnlyMemory<double> Filtered { get; }

    internal IReadOnlyList<ConversionPiece> Pieces { get; }

    /// <summary>Frames at both ends of every piece whose audio is cut off.</summary>
    internal int PadFrames { get; }

    internal int Frames => Pieces[^1].EndFrame;

    /// <summary>A recording limited and high-passed; the one array of its length in double.</summary>
    internal static ReadOnlyMemory<double> Filter(ReadOnlySpan<float> wave16k)
    {
        IirFilter highPass = Butterworth.SpeechHighPass(ConversionInput.SampleRateHz);
        int margin = highPass.Margin(wave16k.Length);
        double[] filtered = new double[wave16k.Length + (2 * margin)];
        float excess = OutputLevel.InputExcess(wave16k);
        for (int i = 0; i < wave16k.Length; i++) filtered[margin + i] = excess > 1 ? wave16k[i] / excess : wave16k[i];
        highPass.ForwardBackward(filtered, margin);
        return filtered.AsMemory(margin, wave16k.Length);
    }

    /// <param name="filtered">Of <see cref="Filter"/>, or a part of it.</param>
    internal static ConversionPieces Of(ReadOnlyMemory<double> filtered, SegmentSettings cuts)
    {
        ConversionSegments plan = ConversionSegments.Plan(filtered.Span, cuts);
        int padFrames = plan.PadSamples / HopSamples, ownFrames = (filtered.Length + HopSamples - 1) / HopSamples, start = 0;
        List<ConversionPiece> pieces = [];
        foreach (int cut in (int[])[.. plan.Cuts.Select(cut => cut / HopSamples), ownFrames])
        {
            if (cut > start) pieces.Add(new ConversionPiece(start, cut + (2 * padFrames)));
            start = cut;
        }

        return new ConversionPieces(filtered, pieces, padFrames);
    }

    /// <summary>All frames' samples, for the pitch, which is found over all of them.</summary>
    internal float[] Whole() => Padded(0, Frames * HopSamples);

    /// <summary>Samples that the features of a piece are computed from: its frames', and a margin for the last.</summary>
    internal float[] SamplesOf(ConversionPiece piece) => Padded(piece.FirstFrame * HopSamples, (piece.Frames * HopSamples) + FeatureMargin);

    private float[] Padded(int first, int samples)
    {
        ReadOnlySpan<double> filtered = Filtered.Span;
        int before = first - (PadFrames * HopSamples);
        float[] padded = new float[samples];
        for (int i = 0; i < samples; i++) padded[i] = (float)filtered[Mirror.Place(before + i, filtered.Length)];
        return padded;
    }
}
