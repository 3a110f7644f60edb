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

    /// <summary>The pitch of a whole recording at once, so that a cut changes nothing; with the frames mirrored around it.</summary>
    /// <param name="given">The recording's own pitch, in the place of what the extractor would find; null for none.</param>
    internal static double[] Find(ConversionPieces recording, IPitchExtractor extractor, IReadOnlyList<double>? given = null) =>
        given is null ? extractor.Extract(recording.Whole()) : Mirrored(given, recording.Frames, recording.PadFrames);

    /// <summary>Filled, then shifted, then classed, as in mainline's get_f0; tuned after the shift, so that what is sung is in tune.</summary>
    /// <param name="foundHz">Of <see cref="Find"/>; not changed.</param>
    internal static PitchCurve Of(double[] foundHz, bool fillsUnvoiced, double semitones, double autotune = 0)
    {
        double[] hz = [.. foundHz];
        if (fillsUnvoiced) PitchClasses.FillUnvoiced(hz);
        PitchClasses.Transpose(hz, semitones);
        if (autotune > 0) PitchTuning.Tune(hz, autotune);
        return new PitchCurve(
            Array.ConvertAll(PitchClasses.Coarse(hz), each => (long)each), Array.ConvertAll(hz, each => (float)each), Array.ConvertAll(foundHz, each => (float)each));
    }

    // The frames around the recording hear it mirrored, so their pitch is mirrored as well; a frame past the curve's end is unvoiced.
    private static double[] Mirrored(IReadOnlyList<double> given, int frames, int padFrames)
    {
        double[] hz = new double[frames];
        int own = frames - (2 * padFrames);
        for (int t = 0; t < frames; t++)
        {
            int at = Mirror.Place(t - padFrames, own);
            if (at < given.Count) hz[t] = given[at];
        }

        return hz;
    }
}
