using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>How slices are cut into chunks and levelled; the defaults are mainline's on CPU (3.7 s a chunk on a big GPU).</summary>
public sealed record ChunkSettings(
    double ChunkSeconds = 3.0, double OverlapSeconds = 0.3, double Level = 0.9, double Mix = 0.75, double PeakLimit = 2.5);

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

    /// <summary>Every chunk of a filtered recording in order, with those that are dropped and why.</summary>
    public IReadOnlyList<TrainingChunk> Cut(ReadOnlySpan<double> filtered)
    {
        List<TrainingChunk> chunks = [];
        IReadOnlyList<SampleRange> slices = _slicer.Slice(filtered);
        for (int slice = 0; slice < slices.Count; slice++)
            foreach (SampleRange range in Chunks(slices[slice]))
            {
                (double peak, ChunkDrop drop) = Judge(filtered[range.Start..range.End]);
                chunks.Add(new TrainingChunk(slice, chunks.Count, range, peak, drop));
            }
        return chunks;
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
    public (float[] Full, float[] At16k) Render(ReadOnlySpan<double> filtered, TrainingChunk chunk, Resampler to16k)
    {
        ArgumentNullException.ThrowIfNull(to16k);
        double[] levelled = Normalise(filtered[chunk.Range.Start..chunk.Range.End]);
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
