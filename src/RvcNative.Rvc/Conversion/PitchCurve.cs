using RvcNative.Audio;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Conversion;

/// <summary>The pitch of every frame as the synthesizer takes it: in Hz, 0 where unvoiced, and as a class 1 to 255.</summary>
internal sealed class PitchCurve
{
    private readonly long[] _classes;
    private readonly float[] _hz, _foundHz;

    private PitchCurve(long[] classes, float[] hz, float[] foundHz) => (_classes, _hz, _foundHz) = (classes, hz, foundHz);

    internal ReadOnlySpan<long> Classes(ConversionPiece piece) => _classes.AsSpan(piece.FirstFrame, piece.Frames);

    internal ReadOnlySpan<float> Hz(ConversionPiece piece) => _hz.AsSpan(piece.FirstFrame, piece.Frames);

    /// <summary>The pitch as it was found: 0 in every unvoiced frame, whatever they were filled with.</summary>
    internal ReadOnlySpan<float> Found(ConversionPiece piece) => _foundHz.AsSpan(piece.FirstFrame, piece.Frames);

    /// <summary>The pitch as it was found in the recording itself, without the frames mirrored around it.</summary>
    internal double[] OwnHz(ConversionPieces recording) =>
        Array.ConvertAll(_foundHz[recording.PadFrames..^recording.PadFrames], hz => (double)hz);

    /// <summary>Of the whole recording at once, so that a cut changes nothing; filled, then shifted, then classed, as in mainline's get_f0.</summary>
    /// <param name="given">The recording's own pitch, in the place of what the extractor would find; null for none.</param>
    internal static PitchCurve Of(ConversionPieces recording, IPitchExtractor extractor, bool fillsUnvoiced, double semitones, IReadOnlyList<double>? given = null)
    {
        double[] hz = given is null
            ? extractor.Extract(recording.Padded.AsSpan(0, recording.Frames * ConversionPieces.HopSamples))
            : Mirrored(given, recording.Frames, recording.PadFrames);
        float[] foundHz = Array.ConvertAll(hz, each => (float)each);
        if (fillsUnvoiced) PitchClasses.FillUnvoiced(hz);
        PitchClasses.Transpose(hz, semitones);
        return new PitchCurve(Array.ConvertAll(PitchClasses.Coarse(hz), each => (long)each), Array.ConvertAll(hz, each => (float)each), foundHz);
    }

    // The frames around the recording hear it mirrored, so their pitch is mirrored as well; a frame past the curve's end is unvoiced.
    private static double[] Mirrored(IReadOnlyList<double> given, int frames, int padFrames)
    {
        double[] hz = new double[frames];
        int own = frames - (2 * padFrames), period = Math.Max(1, 2 * (own - 1));
        for (int t = 0; t < frames; t++)
        {
            int place = Math.Abs(t - padFrames) % period, at = Math.Min(place, period - place);
            if (at < given.Count) hz[t] = given[at];
        }

        return hz;
    }
}
