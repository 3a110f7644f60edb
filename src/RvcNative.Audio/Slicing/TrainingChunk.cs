namespace RvcNative.Audio;

/// <summary>Why a chunk is not used for training.</summary>
public enum ChunkDrop
{
    /// <summary>It is used.</summary>
    None,

    /// <summary>The slice has no samples.</summary>
    Empty,

    /// <summary>All samples are zero.</summary>
    Silent,

    /// <summary>A sample is NaN or infinite.</summary>
    NotFinite,

    /// <summary>The peak is above 2.5, so the decoding went wrong.</summary>
    TooLoud,
}

/// <summary>A stretch of one recording for training, before it is normalised.</summary>
/// <param name="Slice">Number of the slice it was cut from.</param>
/// <param name="Index">Its number in the recording, counting every chunk, used or not.</param>
/// <param name="Range">Samples of the filtered recording.</param>
/// <param name="Peak">Largest magnitude, 0 when empty.</param>
/// <param name="Drop">Why it is left out, if it is.</param>
public readonly record struct TrainingChunk(int Slice, int Index, SampleRange Range, double Peak, ChunkDrop Drop)
{
    public bool IsUsed => Drop == ChunkDrop.None;
}
