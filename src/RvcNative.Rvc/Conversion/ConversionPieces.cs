using System.Numerics.Tensors;
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
    internal const int HopSamples = ConversionCuts.HopSamples, FramesPerSecond = ConversionInput.SampleRateHz / HopSamples;

    // The features of 2k frames hang on 320 k + 80 samples, and an odd number of frames takes those of one more.
    private const int FeatureMargin = 240;

    private readonly Signal _padded;

    private ConversionPieces(Signal filtered, IReadOnlyList<ConversionPiece> pieces, int padFrames)
    {
        (Filtered, Pieces, PadFrames) = (filtered, pieces, padFrames);
        int pad = padFrames * HopSamples;
        _padded = filtered.Mirrored(pad, pad + HopSamples + FeatureMargin);
    }

    /// <summary>The high-passed recording, N samples at 16 kHz.</summary>
    internal Signal Filtered { get; }

    internal IReadOnlyList<ConversionPiece> Pieces { get; }

    /// <summary>Frames at both ends of every piece whose audio is cut off.</summary>
    internal int PadFrames { get; }

    internal int Frames => Pieces[^1].EndFrame;

    /// <summary>A recording limited and high-passed.</summary>
    /// <param name="folder">Where a long one lies; null for the system's folder for such.</param>
    internal static SampleSpool Filter(ConversionInput input, string? folder = null)
    {
        SampleSpool filtered = new(folder);
        try
        {
            float excess = OutputLevel.InputExcess(input.Peak);
            Signal limited = excess > 1 ? new Divided(input.Samples, excess) : input.Samples;
            new ZeroPhaseFilter(Butterworth.SpeechHighPass(ConversionInput.SampleRateHz)).Run(limited, block =>
            {
                float[] samples = new float[block.Length];
                TensorPrimitives.ConvertTruncating(block, samples.AsSpan());
                filtered.Add(samples);
            });
            return filtered;
        }
        catch
        {
            filtered.Dispose();
            throw;
        }
    }

    /// <param name="filtered">Of <see cref="Filter"/>, or a part of it.</param>
    internal static ConversionPieces Of(Signal filtered, SegmentSettings cuts)
    {
        int padFrames = cuts.PadSeconds * FramesPerSecond, ownFrames = (filtered.Length + HopSamples - 1) / HopSamples, start = 0;
        List<ConversionPiece> pieces = [];
        foreach (int cut in (int[])[.. ConversionCuts.Of(filtered, cuts).Select(cut => cut / HopSamples), ownFrames])
        {
            if (cut > start) pieces.Add(new ConversionPiece(start, cut + (2 * padFrames)));
            start = cut;
        }

        return new ConversionPieces(filtered, pieces, padFrames);
    }

    /// <summary>All frames' samples, for the pitch, which is found over all of them.</summary>
    internal Signal Whole() => _padded.Part(0, Frames * HopSamples);

    /// <summary>Samples that the features of a piece are computed from: its frames', and a margin for the last.</summary>
    internal float[] SamplesOf(ConversionPiece piece) => _padded.Part(piece.FirstFrame * HopSamples, (piece.Frames * HopSamples) + FeatureMargin).ToArray();

    private sealed class Divided(Signal inner, float divisor) : Signal
    {
        public override int Length => inner.Length;

        public override void Read(int start, Span<float> samples)
        {
            inner.Read(start, samples);
            foreach (ref float sample in samples) sample /= divisor;
        }
    }
}
