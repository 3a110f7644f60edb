using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Data;

/// <summary>
/// The clips of a filelist.txt, all checked when it is opened, so that no epoch fails on a file later. Those that are not trained on, such as one with a value
/// that is not finite, are listed with the reason; mainline drops them without a word. Serves many threads.
/// </summary>
public sealed class TrainingSet
{
    private readonly ClipReader _reader;
    private readonly FileListLine[] _lines;
    private readonly TrainingSetOptions _options;
    private readonly TrainingItem?[] _cache;
    private long _cacheLeftBytes;

    private TrainingSet(
        ClipReader reader, FileListLine[] lines, int[] lengths, int[] frames, IReadOnlyList<SkippedClip> excluded, TrainingSetOptions options)
    {
        (_reader, _lines, Lengths, Frames, Excluded, Boundaries, _options, _cacheLeftBytes) =
            (reader, lines, lengths, frames, excluded, options.Boundaries, options, options.CacheBytes);
        _cache = new TrainingItem?[lines.Length];
    }

    public int Count => _lines.Length;

    /// <summary>Mainline's estimates for its buckets, <see cref="ClipLength"/>.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Frames of each clip.</summary>
    public IReadOnlyList<int> Frames { get; }

    /// <summary>What the estimates were held against; for <see cref="BucketSampler"/>.</summary>
    public IReadOnlyList<int> Boundaries { get; }

    /// <summary>Clips of the list that are not trained on, and why.</summary>
    public IReadOnlyList<SkippedClip> Excluded { get; }

    /// <summary>Reads the list and checks every clip of it.</summary>
    /// <exception cref="TrainingDataException">A line, or one of its files, does not fit the settings; or no clip is left.</exception>
    /// <exception cref="Audio.AudioFileException">A wav is damaged.</exception>
    /// <exception cref="Formats.FileFormatException">An npy file is damaged.</exception>
    public static TrainingSet Open(
        string fileListPath, RvcConfig config, ModelVersion version, bool hasPitch,
        TrainingSetOptions? options = null, IProgress<StageProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        options ??= new TrainingSetOptions();
        IReadOnlyList<FileListLine> listed = FileList.Read(fileListPath, hasPitch);
        ClipReader reader = new(config.Data, config.Plan(version, hasPitch), options.MagnitudeFloor);
        int[] frames = new int[listed.Count], lengths = [.. listed.Select(line => ClipLength.Estimate(new FileInfo(line.Wave).Length, config.Data.HopSamples))];
        string?[] notFinite = new string?[listed.Count];
        int done = 0;
        Workers.ForEach([.. Enumerable.Range(0, listed.Count)], options.Threads, i =>
        {
            (frames[i], notFinite[i]) = reader.Check(listed[i]);
            progress?.Report(new StageProgress("load", Interlocked.Increment(ref done), listed.Count, ClipReader.Name(listed[i])));
        }, CancellationToken.None);

        List<int> used = [];
        List<SkippedClip> excluded = [];
        for (int i = 0; i < listed.Count; i++)
        {
            string? reason = notFinite[i] is { } bad
                ? $"holds values that are not finite in '{bad}'; delete the file and run `rvcnative extract` again"
                : WhyNot(lengths[i], frames[i], config, options.Boundaries);
            if (reason is null) used.Add(i);
            else excluded.Add(new SkippedClip(ClipReader.Name(listed[i]), reason) { IsDamaged = notFinite[i] is not null });
        }
        if (used.Count == 0)
        {
            throw new TrainingDataException($"'{fileListPath}': none of its {listed.Count} clips can be trained on; "
                + $"{excluded[0].Name} {excluded[0].Reason}.{(notFinite[0] is null ? " Record longer stretches of speech." : "")}");
        }
        return new TrainingSet(
            reader, [.. used.Select(i => listed[i])], [.. used.Select(i => lengths[i])], [.. used.Select(i => frames[i])], excluded, options);
    }

    public string NameOf(int index) => ClipReader.Name(_lines[index]);

    public int SpeakerOf(int index) => _lines[index].Speaker;

    public double SecondsOf(int index) => _reader.SecondsOf(Frames[index]);

    /// <summary>Whether it is of the silence that every training hears (logs/mute, Applio: also mute_EMBEDDER).</summary>
    internal bool IsSilence(int index) => FileList.IsSilence(_lines[index].Wave);

    /// <summary>A set of some of the clips.</summary>
    /// <param name="forListening">Whether it is to be listened to alone: then nothing is kept in memory, and there are no spectra.</param>
    internal TrainingSet Where(Func<int, bool> takes, bool forListening = false)
    {
        int[] taken = [.. Enumerable.Range(0, Count).Where(takes)];
        return new TrainingSet(
            _reader, [.. taken.Select(i => _lines[i])], [.. taken.Select(i => Lengths[i])], [.. taken.Select(i => Frames[i])], Excluded,
            forListening ? _options.ForListening : _options);
    }

    /// <summary>The clip, from the cache when it is there; arrays are shared, so nobody writes to them.</summary>
    /// <exception cref="TrainingDataException">It is another one than when the set was opened.</exception>
    public TrainingItem Get(int index)
    {
        if (Volatile.Read(ref _cache[index]) is { } cached) return cached;
        TrainingItem item = _reader.Read(_lines[index], _options.HasSpectra);
        if (item.Frames != Frames[index])
        {
            throw new TrainingDataException($"'{_lines[index].Wave}' has {item.Frames} frames now and had {Frames[index]} when training began: its files were changed meanwhile; start again.");
        }

        long bytes = _reader.Bytes(item.Frames);
        // What comes first stays: every clip is used once an epoch, so evicting the least recent would never hit.
        if (Interlocked.Add(ref _cacheLeftBytes, -bytes) >= 0 && Interlocked.CompareExchange(ref _cache[index], item, null) is null) return item;
        Interlocked.Add(ref _cacheLeftBytes, bytes);
        return item;
    }

    private static string? WhyNot(int length, int frames, RvcConfig config, IReadOnlyList<int> boundaries)
    {
        double seconds = (double)frames * config.Data.HopSamples / config.Data.SampleRateHz;
        if (frames < config.SegmentFrames) return $"has {frames} frames ({seconds:F2} s), fewer than the {config.SegmentFrames} of a segment";
        if (length <= boundaries[0]) return $"is too short: {seconds:F2} s, an estimate of {length} where more than {boundaries[0]} is wanted";
        if (length > boundaries[^1]) return $"is too long: {seconds:F2} s, an estimate of {length} where at most {boundaries[^1]} is wanted";
        return null;
    }
}
