using RvcNative.Audio;

namespace RvcNative.Rvc.Data;

/// <summary>How recordings become slices.</summary>
public sealed record PreprocessOptions
{
    /// <summary>Of <see cref="ChunkSeconds"/>: shorter or longer slices are not trained on.</summary>
    public const double LeastChunkSeconds = 1, MostChunkSeconds = 6.4;

    /// <summary>24000, 32000, 40000 or 48000.</summary>
    public required int SampleRateHz { get; init; }

    /// <summary>Where recordings are cut; by silence, mainline's way, they are cut at pauses first.</summary>
    public SlicingMode Slicing { get; init; } = SlicingMode.Silence;

    /// <summary>Mainline's "per": 3.7 on a big GPU and 3.0 elsewhere; 3.7 here.</summary>
    public double ChunkSeconds { get; init; } = 3.7;

    /// <summary>Leaves out files with more than 0.1% of their samples at full scale, which are otherwise only reported.</summary>
    public bool DropClipped { get; init; }

    /// <summary>Takes folders for folders and not for speakers.</summary>
    public bool OneSpeaker { get; init; }

    /// <summary>The speaker of recordings whose folders do not tell.</summary>
    public int Speaker { get; init; }

    /// <summary>Threads; 0 is one for every core. The files do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Replaces chunks that another program (mainline) put into the folder.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The program that decodes what is not plain wav.</summary>
    public string Ffmpeg { get; init; } = FfmpegDecoder.DefaultProgram;

    internal SliceSettings Settings => new(SampleRateHz, Slicing.ToString().ToLowerInvariant(), Slicing == SlicingMode.None ? 0 : ChunkSeconds, DropClipped);
}
