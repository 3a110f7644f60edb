namespace RvcNative.Audio;

/// <summary>A recording as one channel (the mean of all) at a rate of choice, block after block: what <see cref="AudioFile.Load"/> gives, to the last bit.</summary>
public sealed class MonoStream
{
    private const int BlockFrames = 1 << 14, BlockSamples = 1 << 20;   // a header may claim 65,535 channels
    private readonly AudioReader _reader;
    private readonly Action<ReadOnlyMemory<float>, long>? _check;
    private readonly StreamResampler? _resampler;
    private readonly float[] _raw, _mono;
    private float[] _ready = [];
    private int _readyCount;
    private long _place;
    private bool _ended;

    /// <param name="check">Sees every block before it is mixed: its interleaved samples and the first one's place; may refuse it.</param>
    public MonoStream(AudioReader reader, int sampleRateHz, Action<ReadOnlyMemory<float>, long>? check = null)
    {
        (_reader, _check) = (reader, check);
        _mono = new float[Math.Clamp(BlockSamples / reader.Channels, 1, BlockFrames)];
        _raw = new float[_mono.Length * reader.Channels];
        if (sampleRateHz != reader.SampleRateHz) _resampler = new StreamResampler(reader.SampleRateHz, sampleRateHz, Collect);
    }

    /// <summary>The next samples, until the next call; none at the end.</summary>
    public Span<float> Next()
    {
        _readyCount = 0;
        while (_readyCount == 0 && !_ended)
        {
            int got = _reader.Read(_raw);
            _ended = got == 0;
            if (_ended)
            {
                _resampler?.Finish();
                continue;
            }

            _check?.Invoke(_raw.AsMemory(0, got), _place);
            _place += got;
            int channels = _reader.Channels, frames = got / channels;
            for (int frame = 0; frame < frames; frame++) _mono[frame] = AudioBuffer.Mean(_raw.AsSpan(frame * channels, channels));
            if (_resampler is null) return _mono.AsSpan(0, frames);
            _resampler.Add(_mono.AsSpan(0, frames));
        }

        return _ready.AsSpan(0, _readyCount);
    }

    private void Collect(ReadOnlySpan<float> samples)
    {
        if (_ready.Length < _readyCount + samples.Length) Array.Resize(ref _ready, (_readyCount + samples.Length) * 2);
        samples.CopyTo(_ready.AsSpan(_readyCount));
        _readyCount += samples.Length;
    }
}
