using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Validation;

/// <summary>A recording, or a stretch of one, that is not trained on.</summary>
/// <param name="Source">See <see cref="ClipPlace"/>.</param>
/// <param name="Seconds">Length of its clips together.</param>
/// <param name="Start">Seconds in the recording.</param>
public sealed record HeldOutStretch(string File, int Speaker, double Seconds, string Source, double Start, double End);

/// <summary>What training leaves out to be validated on. It stays the same for as long as the training goes on, whatever becomes of the slices.</summary>
/// <param name="Setting">What the user said when it was chosen.</param>
/// <param name="Words">For the user; null where there is nothing to say.</param>
internal sealed record HoldOut(string Setting, IReadOnlyList<HeldOutStretch> Stretches, string? Words = null)
{
    private const double GapSeconds = 1;

    /// <summary>What a clip is for; one without a place is trained on.</summary>
    internal SliceUse UseOf(ClipPlace? place)
    {
        SliceUse use = SliceUse.Train;
        if (place is not { } clip) return use;
        foreach (HeldOutStretch stretch in Stretches)
        {
            if (stretch.Source != clip.Source || clip.End <= stretch.Start - GapSeconds || clip.Start >= stretch.End + GapSeconds) continue;
            if (clip.Start >= stretch.Start && clip.End <= stretch.End) return SliceUse.HeldOut;
            use = SliceUse.LeftOut;
        }

        return use;
    }
}
