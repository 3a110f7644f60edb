using RvcNative.Audio;

namespace RvcNative.Rvc.Data;

/// <summary>How recordings become chunks.</summary>
public sealed record PreprocessOptions
{
    /// <summary>24000, 32000, 40000 or 48000.</summary>
    public required int SampleRateHz { get; init; }

    /// <summary>Mainline's "per": 3.7 on a big GPU and 3.0 elsewhere; 3.7 here.</summary>
    public double ChunkSeconds { get; init; } = 3.7;

    /// <summary>The speaker of recordings that do not lie in numbered folders.</summary>
    public int Speaker { get; init; }

    /// <summary>Threads; 0 is one for every core. The files do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Replaces chunks that another program (mainline) put into the folder.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The program that decodes what is not plain wav.</summary>
    public string Ffmpeg { get; init; } = FfmpegDecoder.DefaultProgram;
}
