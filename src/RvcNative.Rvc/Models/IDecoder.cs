using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>The part of a synthesizer that makes sound of its latent.</summary>
public interface IDecoder
{
    /// <summary>The excitation, whose phase runs through from the first frame.</summary>
    /// <param name="f0">[B,T] Hz, 0 where unvoiced; null for a voice without pitch.</param>
    /// <returns>[B,T * samples a frame,1], or null for a voice without pitch.</returns>
    Tensor? Source(Tape tape, Tensor? f0, IDraws draws);

    /// <summary>What follows the source and sees only some frames around each.</summary>
    /// <param name="recompute">Whether the backward pass computes a stage's inner results again, one stage after the other.</param>
    /// <returns>[B,T * samples a frame,1], in [-1, 1].</returns>
    Tensor Decode(Tape tape, DecoderInput input, IDraws draws, bool recompute = false);
}

/// <summary>What a decoder takes.</summary>
/// <param name="Z">[B,T,C].</param>
/// <param name="Source">[B,T * samples a frame,1]; null for a voice without pitch.</param>
/// <param name="Speaker">[B,1,gin].</param>
/// <param name="Window">Where all this is cut from, if it is a stretch of something longer.</param>
public sealed record DecoderInput(Tensor Z, Tensor? Source, Tensor Speaker, DecoderWindow? Window = null);

/// <summary>A stretch of frames out of the middle of a longer latent; the source that comes with it may begin before and end after it.</summary>
/// <param name="Start">i64 [1], the stretch's first frame.</param>
/// <param name="InSource">i64 [B], that frame counted from where the source's part starts.</param>
public sealed record DecoderWindow(Tensor Start, Tensor InSource);

/// <summary>Frames on either side of an audio sample that it hangs on.</summary>
/// <param name="Latent">Of the latent.</param>
/// <param name="Source">Of the source; not less.</param>
/// <param name="Step">A stretch that begins and ends at multiples of it gives the bits of the whole on this backend.</param>
public readonly record struct DecoderReach(int Latent, int Source, int Step)
{
    public static DecoderReach Of(ModelPlan plan, Backend backend) =>
        plan.Vocoder == Vocoder.RefineGan ? RefineGanGenerator.Reach(plan, backend) : HifiGanGenerator.Reach(plan, backend);
}
