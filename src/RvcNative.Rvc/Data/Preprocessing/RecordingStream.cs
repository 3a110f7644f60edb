using RvcNative.Audio;

namespace RvcNative.Rvc.Data;

/// <summary>A recording as the slices are cut of it: one channel at the training rate without rumble, block after block; the file's own samples are counted on the way.</summary>
internal sealed class RecordingStream : IDisposable
{
    private const float FullScale = 0.999f;
    private readonly AudioReader _reader;
    private readonly MonoStream _mono;
    private readonly IirStream _highPass;
    private double[] _block = [];
    private long _raw, _clipped;

    internal RecordingStream(string path, TrainingChunker chunker, string ffmpeg)
    {
        _reader = AudioReader.Open(path, ffmpeg);
        _mono = new MonoStream(_reader, chunker.SampleRateHz, (block, start) => Look(block.Span, start));
        _highPass = chunker.FilterStream();
    }

    internal int SampleRateHz => _reader.SampleRateHz;

    /// <summary>Instants of the file so far.</summary>
    internal long Samples => _raw / _reader.Channels;

    internal double Peak { get; private set; }

    internal double ClippedShare => _raw == 0 ? 0 : (double)_clipped / _raw;

    /// <summary>Instant of the first sample that is NaN or infinite; null while there is none.</summary>
    internal long? FirstNotFinite { get; private set; }

    /// <summary>The next filtered samples, until the next call; none at the end.</summary>
    internal ReadOnlyMemory<double> Next()
    {
        Span<float> mono = _mono.Next();
        if (_block.Length < mono.Length) _block = new double[mono.Length];
        for (int i = 0; i < mono.Length; i++) _block[i] = mono[i];
        _highPass.Run(_block.AsSpan(0, mono.Length));
        return _block.AsMemory(0, mono.Length);
    }

    public void Dispose() => _reader.Dispose();

    private void Look(ReadOnlySpan<float> block, long start)
    {
        _raw = start + block.Length;
        for (int i = 0; i < block.Length; i++)
        {
            float magnitude = MathF.Abs(block[i]);
            if (!float.IsFinite(magnitude)) FirstNotFinite ??= (start + i) / _reader.Channels;
            else if (magnitude > Peak) Peak = magnitude;
            if (magnitude >= FullScale) _clipped++;
        }
    }
}
