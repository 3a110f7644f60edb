using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>How slices are cut into chunks and levelled; the defaults are mainline's on CPU (3.7 s a chunk on a big GPU).</summary>
public sealed record ChunkSettings(
    double ChunkSeconds = 3.0, double OverlapSeconds = 0.3, double Level = 0.9, double Mix = 0.75, double PeakLimit = 2.5)
{
    public SlicingMode Slicing { get; init; } = SlicingMode.Silence;
}

/// <summary>What a recording is cut at before it is cut into chunks.</summary>
public enum SlicingMode
{
    /// <summary>At its silences, which are left out.</summary>
    Silence,

    /// <summary>At nothing: chunks follow each other from the first sample to the last.</summary>
    Fixed,

    /// <summary>At nothing, and into no chunks: it was cut before.</summary>
    None,
}

/// <summary>A chunk by its place, before its samples are looked at.</summary>
/// <param name="Slice">Number of the slice it is cut from.</param>
/// <param name="Index">Its number in the recording.</param>
public readonly record struct PlannedChunk(int Slice, int Index, SampleRange Range)
{
    /// <summary>
    /// "recording_chunk", the name of its files. Mainline counts before it writes a slice's last chunk and not after, so a following slice may overwrite
    /// it (train/preprocess.py:93-107); here no two chunks of a recording share a name.
    /// </summary>
    public string Name(int recording) => $"{recording}_{Index}";
}

/// <summary>Turns a recording into training chunks as mainline does (train/preprocess.py): high-pass, slices, chunks, level. Immutable.</summary>
public sealed class TrainingChunker
{
    private readonly IirFilter _highPass;
    private readonly SilenceSlicer _slicer;
    private readonly ChunkSettings _settings;

    public TrainingChunker(int sampleRateHz, ChunkSettings? settings = null, SlicerSettings? slicer = null)
    {
        SampleRateHz = sampleRateHz;
        _settings = settings ?? new();
        if (!(_settings.OverlapSeconds >= 0 && _settings.ChunkSeconds > _settings.OverlapSeconds))
            throw new ArgumentException(
                $"A chunk of {_settings.ChunkSeconds} s must be longer than its overlap of {_settings.OverlapSeconds} s.", nameof(settings));
        _highPass = Butterworth.SpeechHighPass(sampleRateHz);
        _slicer = new SilenceSlicer(sampleRateHz, slicer);
    }

    public int SampleRateHz { get; }

    /// <summary>The recording without rumble: what the chunks' ranges refer to.</summary>
    public double[] Filter(ReadOnlySpan<float> recording) => _highPass.Forward(recording);

    /// <summary>The same for a recording that comes block after block.</summary>
    public IirStream FilterStream() => new(_highPass);

    /// <summary>Takes a filtered recording block after block and gives the levels by which it is cut.</summary>
    public RmsStream Levels() => new(_slicer.HopSamples, _slicer.WindowSamples);

    /// <summary>Every chunk of a filtered recording in order, with those that are dropped and why.</summary>
    public IReadOnlyList<TrainingChunk> Cut(ReadOnlySpan<double> filtered)
    {
        List<TrainingChunk> chunks = [];
        foreach (PlannedChunk chunk in Plan(_slicer.Rms(filtered), filtered.Length))
        {
            (double peak, ChunkDrop drop) = Judge(filtered[chunk.Range.Start..chunk.Range.End]);
            chunks.Add(new TrainingChunk(chunk.Slice, chunk.Index, chunk.Range, peak, drop));
        }

        return chunks;
    }

    /// <summary>Where the chunks of a recording lie, in order; neighbours overlap.</summary>
    /// <param name="levels">Of <see cref="Levels"/>.</param>
    public IReadOnlyList<PlannedChunk> Plan(double[] levels, int samples)
    {
        List<PlannedChunk> chunks = [];
        IReadOnlyList<SampleRange> slices = _settings.Slicing == SlicingMode.Silence ? _slicer.Slice(levels, samples) : [new(0, samples)];
        for (int slice = 0; slice < slices.Count; slice++)
        {
            foreach (SampleRange range in _settings.Slicing == SlicingMode.None ? [slices[slice]] : Chunks(slices[slice]))
                chunks.Add(new PlannedChunk(slice, chunks.Count, range));
        }

        return chunks;
    }

    /// <summary>Whether no level of a stretch reaches that of speech.</summary>
    public bool IsQuiet(double[] levels, SampleRange range)
    {
        int first = range.Start / _slicer.HopSamples, end = Math.Min(levels.Length, (range.End / _slicer.HopSamples) + 1);
        for (int frame = first; frame < end; frame++)
        {
            if (levels[frame] >= _slicer.Threshold) return false;
        }

        return true;
    }

    /// <summary>The peak, and whether such a chunk is of use.</summary>
    public (double Peak, ChunkDrop Drop) Judge(ReadOnlySpan<double> chunk)
    {
        if (chunk.IsEmpty) return (0, ChunkDrop.Empty);
        double peak = 0;
        foreach (double sample in chunk)
        {
            if (!double.IsFinite(sample)) return (Math.Abs(sample), ChunkDrop.NotFinite);
            peak = Math.Max(peak, Math.Abs(sample));
        }
        return (peak, peak == 0 ? ChunkDrop.Silent : peak > _settings.PeakLimit ? ChunkDrop.TooLoud : ChunkDrop.None);
    }

    /// <summary>Brings a chunk towards one level: x / peak * (level * mix) + (1 - mix) * x.</summary>
    /// <exception cref="ArgumentException">The chunk is one to drop.</exception>
    public double[] Normalise(ReadOnlySpan<double> chunk)
    {
        (double peak, ChunkDrop drop) = Judge(chunk);
        if (drop != ChunkDrop.None)
            throw new ArgumentException($"A chunk of {chunk.Length} samples with peak {peak} is dropped ({drop}), it has no level.", nameof(chunk));
        double[] y = new double[chunk.Length];
        for (int i = 0; i < y.Length; i++)
            y[i] = chunk[i] / peak * (_settings.Level * _settings.Mix) + (1 - _settings.Mix) * chunk[i];
        return y;
    }

    /// <summary>A used chunk as it is written: levelled at the recording's rate, and the same at 16 kHz.</summary>
    public (float[] Full, float[] At16k) Render(ReadOnlySpan<double> chunk, Resampler to16k)
    {
        ArgumentNullException.ThrowIfNull(to16k);
        double[] levelled = Normalise(chunk);
        return (Narrow(levelled), Narrow(to16k.Resample(levelled)));
    }

    // Starts are int(rate * (chunk - overlap) * i), in that order and in double; what is at most chunk + overlap long is not cut again.
    private IEnumerable<SampleRange> Chunks(SampleRange slice)
    {
        double most = (_settings.ChunkSeconds + _settings.OverlapSeconds) * SampleRateHz;
        int chunkSamples = (int)(_settings.ChunkSeconds * SampleRateHz);
        for (int i = 0; ; i++)
        {
            int start = slice.Start + (int)(SampleRateHz * (_settings.ChunkSeconds - _settings.OverlapSeconds) * i);
            if (slice.End - start <= most)
            {
                yield return new(Math.Min(start, slice.End), slice.End);
                yield break;
            }
            yield return new(start, start + chunkSamples);
        }
    }

    private static float[] Narrow(double[] samples)
    {
        float[] narrow = new float[samples.Length];
        TensorPrimitives.ConvertTruncating<double, float>(samples, narrow);
        return narrow;
    }
}
