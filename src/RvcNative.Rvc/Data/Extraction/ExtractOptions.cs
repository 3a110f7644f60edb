using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Data;

/// <summary>What is extracted from the chunks, and by whom.</summary>
public sealed record ExtractOptions
{
    /// <summary>Decides the width of the features and the config.json that is written.</summary>
    public ModelVersion Version { get; init; } = ModelVersion.V2;

    /// <summary>For which a config.json is written; null leaves one that is there, and takes HiFi-GAN.</summary>
    public Vocoder? Vocoder { get; init; }

    /// <summary>Null for a voice without pitch.</summary>
    public IPitchExtractor? Pitch { get; init; } = new PyinPitch();

    /// <summary>
    /// A curve, or a folder with one for every chunk (<see cref="RvcNative.Rvc.Pitch.PitchFile"/>), in the place of what <see cref="Pitch"/> would find. It is then
    /// <see cref="RvcNative.Rvc.Pitch.GivenPitch"/>.
    /// </summary>
    public string? PitchFiles { get; init; }

    /// <summary>Folder, or with one chunk file, that the pitch is written to as well, for those who would look at it or change it; null for none.</summary>
    public string? SavePitch { get; init; }

    /// <summary>Null takes <see cref="BuiltInFeatures"/>.</summary>
    public IFeatureExtractor? Features { get; init; }

    /// <summary>
    /// Fills unvoiced frames from their voiced neighbours, as mainline does in training (not in conversion); a clip with no voiced frame is
    /// then left out. By default they stay 0 Hz, class 1.
    /// </summary>
    public bool FillUnvoiced { get; init; }

    /// <summary>Lines of silence for every speaker; mainline has 2.</summary>
    public int MuteLines { get; init; } = 2;

    /// <summary>The speaker of chunks whose recordings lay in no numbered folder and that another program made.</summary>
    public int Speaker { get; init; }

    /// <summary>Removes what was extracted before and begins anew.</summary>
    public bool Restart { get; init; }

    /// <summary>Threads; 0 is one for every core. The files do not depend on it.</summary>
    public int Threads { get; init; }
}
