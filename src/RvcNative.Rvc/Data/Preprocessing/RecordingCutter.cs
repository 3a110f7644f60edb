using RvcNative.Audio;

namespace RvcNative.Rvc.Data;

/// <summary>
/// Makes the slices of one recording as mainline does (train/preprocess.py), each under a name of its own. It is decoded twice, once for its levels and
/// once for its samples, so that its length takes no memory. Serves many threads.
/// </summary>
internal sealed class RecordingCutter(ExperimentFolder experiment, RecordingSet recordings, PreprocessOptions options)
{
    private const int HubertSamples = 400;                   // of which HuBERT makes its first frame

    private readonly TrainingChunker _chunker = new(
        options.SampleRateHz, new ChunkSettings(ChunkSeconds: options.Slicing == SlicingMode.None ? 3.7 : options.ChunkSeconds) { Slicing = options.Slicing });
    private readonly Resampler _to16k = new(options.SampleRateHz, 16000);

    /// <param name="blank">Number, path, speaker and content.</param>
    /// <param name="threads">Threads that render this recording's slices.</param>
    internal LedgerFile Cut(Recording recording, LedgerFile blank, int threads, CancellationToken cancellation)
    {
        string path = recordings.PathOf(recording);
        (LedgerFile file, double[] levels, int samples) = Survey(path, blank, cancellation);
        if (file.Reason is not null) return file;
        IReadOnlyList<PlannedChunk> planned = _chunker.Plan(levels, samples);
        DropReason?[] drops = [.. planned.Select(chunk => DropBefore(chunk, levels))];
        using RecordingStream stream = new(path, _chunker, options.Ffmpeg);
        Workers.ForEach(Samples(stream, planned, drops), threads, each => drops[each.Chunk.Index] = Write(file.Number, each.Chunk, each.Samples), cancellation);
        return SliceTable.Fill(file, planned, drops, samples, _chunker.SampleRateHz);
    }

    // What all of the file is like, and its levels; with a reason where nothing of it can be used.
    private (LedgerFile File, double[] Levels, int Samples) Survey(string path, LedgerFile blank, CancellationToken cancellation)
    {
        RmsStream levels = _chunker.Levels();
        LedgerFile file = blank;
        try
        {
            using RecordingStream stream = new(path, _chunker, options.Ffmpeg);
            try
            {
                for (ReadOnlyMemory<double> block = stream.Next(); !block.IsEmpty; block = stream.Next())
                {
                    cancellation.ThrowIfCancellationRequested();
                    levels.Add(block.Span);
                }
            }
            finally
            {
                file = file with { SampleRateHz = stream.SampleRateHz, Samples = stream.Samples, Peak = stream.Peak, ClippedShare = stream.ClippedShare };
            }

            if (stream.FirstNotFinite is { } bad)
            {
                return Dropped(
                    DropReason.NotFinite,
                    $"holds a sample that is NaN or infinite (the first at {(double)bad / stream.SampleRateHz:F3} s); export it again from where it was made.");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or OverflowException)
        {
            return (file.DroppedFor(DropReason.Unreadable, failure.Message), [], 0);
        }

        if (file.Samples == 0) return Dropped(DropReason.Unreadable, "holds no samples.");
        if (levels.Samples > int.MaxValue)
            return Dropped(DropReason.TooLong, $"has {levels.Samples} samples at the training rate, more than {int.MaxValue}; cut it into parts of some hours.");
        double[] rms = levels.Finish();
        int samples = (int)levels.Samples;
        if (file.Peak == 0) return Dropped(DropReason.Silence, "is all zero.");
        if (_chunker.IsQuiet(rms, new SampleRange(0, samples)))
        {
            return Dropped(
                DropReason.TooQuiet, $"is too quiet: no part of it reaches -42 dB (its peak is {20 * Math.Log10(file.Peak):F1} dB); record or export it louder.");
        }

        if (options.DropClipped && file.IsClipped)
            return Dropped(DropReason.Clipped, $"is clipped: {100 * file.ClippedShare:F2}% of its samples are at full scale.");
        return (file, rms, samples);

        (LedgerFile, double[], int) Dropped(DropReason reason, string message) => (file.DroppedFor(reason, $"'{path}' {message}"), [], 0);
    }

    // What can be told without the samples.
    private DropReason? DropBefore(PlannedChunk chunk, double[] levels)
    {
        if (chunk.Range.Length == 0) return DropReason.TooShort;
        if (options.Slicing == SlicingMode.Silence) return null;
        bool isTooLong = ClipLength.Misfit(chunk.Range.Length, options.SampleRateHz) == DropReason.TooLong;
        return isTooLong ? DropReason.TooLong : _chunker.IsQuiet(levels, chunk.Range) ? DropReason.TooQuiet : null;
    }

    // The samples of the slices that are not dropped yet; as many are in memory as threads ask for.
    private static IEnumerable<(PlannedChunk Chunk, double[] Samples)> Samples(RecordingStream stream, IReadOnlyList<PlannedChunk> planned, DropReason?[] drops)
    {
        SampleWindow window = new(stream);
        foreach (PlannedChunk chunk in planned)
        {
            if (drops[chunk.Index] is null) yield return (chunk, window.Read(chunk.Range));
        }
    }

    private DropReason? Write(int number, PlannedChunk chunk, double[] samples)
    {
        ChunkDrop drop = _chunker.Judge(samples).Drop;
        if (drop == ChunkDrop.Silent) return DropReason.Silence;
        if (drop != ChunkDrop.None) return DropReason.TooLoud;
        if (_to16k.OutputSamples(samples.Length) < HubertSamples) return DropReason.TooShort;
        (float[] full, float[] at16k) = _chunker.Render(samples, _to16k);
        string name = chunk.Name(number) + ".wav";
        WavFile.Write(Path.Combine(experiment.Waves, name), full, options.SampleRateHz);
        WavFile.Write(Path.Combine(experiment.Waves16k, name), at16k, 16000);
        return null;
    }
}
