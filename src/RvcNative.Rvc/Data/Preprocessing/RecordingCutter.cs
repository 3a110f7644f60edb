using RvcNative.Audio;

namespace RvcNative.Rvc.Data;

/// <summary>Makes the chunks of one recording as mainline does (train/preprocess.py), each under a name of its own. Serves many threads.</summary>
internal sealed class RecordingCutter(ExperimentFolder experiment, RecordingSet recordings, PreprocessOptions options)
{
    private const int HubertSamples = 400;                   // of which HuBERT makes its first frame

    private readonly TrainingChunker _chunker = new(options.SampleRateHz, new ChunkSettings(ChunkSeconds: options.ChunkSeconds));
    private readonly Resampler _to16k = new(options.SampleRateHz, 16000);

    /// <summary>Memory that a recording takes while it is cut, from its size as a file: an overestimate for wav and mp3.</summary>
    internal static long EstimatedBytes(Recording recording) =>
        recording.Bytes * (Path.GetExtension(recording.RelativePath).ToLowerInvariant() is ".wav" or ".wave" or ".w64" ? 24 : 250);

    /// <param name="threads">Threads that render this recording's chunks.</param>
    internal RecordingReport Cut(Recording recording, int threads, CancellationToken cancellation)
    {
        RecordingReport report = new(recording);
        float[] samples;
        try
        {
            samples = AudioFile.Load(recordings.PathOf(recording), options.SampleRateHz, options.Ffmpeg);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OverflowException)
        {
            return report with { Problem = failure.Message };
        }

        report = report with { InputSamples = samples.Length };
        if (samples.Length == 0) return report with { Problem = $"'{recordings.PathOf(recording)}' holds no samples." };
        if (Array.FindIndex(samples, sample => !float.IsFinite(sample)) is >= 0 and int bad)
        {
            return report with
            {
                DroppedSamples = samples.Length,
                Problem = $"'{recordings.PathOf(recording)}' holds a sample that is NaN or infinite "
                    + $"(the first at {(double)bad / options.SampleRateHz:F3} s); export it again from where it was made.",
            };
        }

        double[] filtered = _chunker.Filter(samples);
        IReadOnlyList<TrainingChunk> chunks = _chunker.Cut(filtered);
        List<TrainingChunk> used = [];
        List<DroppedChunk> dropped = [];
        foreach (TrainingChunk chunk in chunks)
        {
            if (CauseToDrop(chunk) is { } cause) dropped.Add(new(chunk.Index, chunk.Range.Start, chunk.Range.Length, chunk.Peak, cause));
            else if (chunk.IsUsed) used.Add(chunk);
        }

        Workers.ForEach(used, threads, chunk => Write(recording, filtered, chunk), cancellation);
        long inChunks = Covered(chunks), kept = Covered(used);
        return report with
        {
            KeptSamples = kept,
            SilenceSamples = samples.Length - inChunks,
            DroppedSamples = inChunks - kept,
            WrittenSamples = used.Sum(chunk => (long)chunk.Range.Length),
            Chunks = used.Count,
            Dropped = dropped,
        };
    }

    private DropCause? CauseToDrop(TrainingChunk chunk) => chunk.Drop switch
    {
        ChunkDrop.Silent => DropCause.Silent,
        ChunkDrop.TooLoud or ChunkDrop.NotFinite => DropCause.TooLoud,
        ChunkDrop.None when _to16k.OutputSamples(chunk.Range.Length) < HubertSamples => DropCause.TooShort,
        _ => null,
    };

    private void Write(Recording recording, double[] filtered, TrainingChunk chunk)
    {
        (float[] full, float[] at16k) = _chunker.Render(filtered, chunk, _to16k);
        string name = chunk.FileName(recording.Index);
        WavFile.Write(Path.Combine(experiment.Waves, name), full, options.SampleRateHz);
        WavFile.Write(Path.Combine(experiment.Waves16k, name), at16k, 16000);
    }

    // Samples in at least one of the chunks, which are in order of their starts.
    private static long Covered(IReadOnlyList<TrainingChunk> chunks)
    {
        long covered = 0;
        int end = 0;
        foreach (TrainingChunk chunk in chunks)
        {
            covered += Math.Max(0, chunk.Range.End - Math.Max(end, chunk.Range.Start));
            end = Math.Max(end, chunk.Range.End);
        }
        return covered;
    }
}
