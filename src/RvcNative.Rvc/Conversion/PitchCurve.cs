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

    /// <summary>Of the whole recording at once, so that a cut changes nothing; filled, then shifted, then classed, as in mainline's get_f0.</summary>
    internal static PitchCurve Of(ConversionPieces recording, IPitchExtractor extractor, bool fillsUnvoiced, double semitones)
    {
        double[] hz = extractor.Extract(recording.Padded.AsSpan(0, recording.Frames * ConversionPieces.HopSamples));
        float[] foundHz = Array.ConvertAll(hz, each => (float)each);
        if (fillsUnvoiced) PitchClasses.FillUnvoiced(hz);
        PitchClasses.Transpose(hz, semitones);
        return new PitchCurve(Array.ConvertAll(PitchClasses.Coarse(hz), each => (long)each), Array.ConvertAll(hz, each => (float)each), foundHz);
    }
}
