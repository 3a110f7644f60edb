using RvcNative.Audio;
using RvcNative.Rvc.Retrieval;

namespace RvcNative.Rvc.Conversion;

/// <summary>Phone features as the synthesizer takes them.</summary>
internal static class PieceFeatures
{
    /// <summary>
    /// The features drawn to those of the index, doubled to the synthesizer's frames, and protected where unvoiced. Mainline's protection does
    /// nothing, for it looks at a pitch that is filled there; here the pitch as it was found decides.
    /// </summary>
    /// <param name="features">[F, channels]; not changed.</param>
    /// <param name="frames">Of the synthesizer.</param>
    /// <param name="foundHz">Pitch of each of them, 0 where unvoiced; empty for a voice without pitch, where nothing is protected.</param>
    /// <returns>[min(frames, 2F), channels].</returns>
    internal static float[] Of(
        float[] features, int channels, int frames, RetrievalIndex? index, ReadOnlySpan<float> foundHz, ConversionSettings settings,
        int neighbours = RetrievalIndex.DefaultNeighbours)
    {
        if (index is null || settings.IndexRate == 0) return Protection.Double(features, channels, frames);
        float[] blended = index.Blend(features, settings.IndexRate, settings.Nprobe, neighbours);
        return Protection.DoubleAndMix(blended, features, channels, frames, foundHz, (float)settings.Protect);
    }
}
