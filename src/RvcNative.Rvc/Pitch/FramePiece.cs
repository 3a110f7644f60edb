namespace RvcNative.Rvc.Pitch;

/// <summary>A stretch of frames that a network is run on, and the frames of it that are kept: Keep to KeepEnd - 1, at least its reach away from every cut.</summary>
/// <param name="First">First frame of the stretch.</param>
internal readonly record struct FramePiece(int First, int Frames, int Keep, int KeepEnd)
{
    /// <summary>
    /// Covers all frames in pieces of one length, so that one program serves; what all fits into one piece is not cut. Where frames and lengths are multiples of
    /// a number, so are all cuts.
    /// </summary>
    /// <param name="most">Frames of a piece, more than two reaches.</param>
    internal static List<FramePiece> Of(int frames, int most, int reach)
    {
        if (frames <= most) return [new FramePiece(0, frames, 0, frames)];
        List<FramePiece> pieces = [];
        for (int keep = 0; keep < frames;)
        {
            int first = Math.Clamp(keep - reach, 0, frames - most), end = first + most, keepEnd = end == frames ? frames : end - reach;
            pieces.Add(new FramePiece(first, most, keep, keepEnd));
            keep = keepEnd;
        }

        return pieces;
    }
}
