namespace RvcNative.Audio;

/// <summary>A <see cref="Resampler"/> for samples that come block after block; what it gives is the same to the last bit.</summary>
public sealed class StreamResampler
{
    private const int BlockSamples = 1 << 14;
    private readonly Resampler _resampler;
    private readonly SampleSink _sink;
    private readonly float[] _output = new float[BlockSamples];
    private double[] _x = new double[BlockSamples * 4];
    private long _firstPlace, _taken, _given;                // place of _x[0]; zeros lie before place 0
    private int _held, _pending;

    /// <param name="sink">Gets the resampled blocks; they are its own only during the call.</param>
    public StreamResampler(int fromHz, int toHz, SampleSink sink)
    {
        _resampler = new Resampler(fromHz, toHz);
        _sink = sink;
        _held = _resampler.Taps;
        _firstPlace = -_held;
    }

    public void Add(ReadOnlySpan<float> samples)
    {
        while (!samples.IsEmpty)
        {
            int count = Math.Min(samples.Length, BlockSamples);
            Room(count);
            for (int i = 0; i < count; i++) _x[_held + i] = samples[i];
            (_held, _taken) = (_held + count, _taken + count);
            samples = samples[count..];
            Give(long.MaxValue);
        }
    }

    /// <summary>Gives what is left; nothing can be added after it.</summary>
    public void Finish()
    {
        Room(_resampler.Taps);
        _x.AsSpan(_held, _resampler.Taps).Clear();
        _held += _resampler.Taps;
        Give(_resampler.OutputSamples(_taken));
        if (_pending > 0) _sink(_output.AsSpan(0, _pending));
        _pending = 0;
    }

    private void Give(long most)
    {
        for (; _given < most; _given++)
        {
            long first = _resampler.FirstOf(_given) - _firstPlace;
            if (first + _resampler.Taps > _held) return;
            _output[_pending++] = (float)_resampler.At(_x.AsSpan((int)first, _resampler.Taps), _given);
            if (_pending < _output.Length) continue;
            _sink(_output);
            _pending = 0;
        }
    }

    // Drops what no later output looks at, and grows where that is not enough.
    private void Room(int count)
    {
        if (_held + count <= _x.Length) return;
        int passed = (int)Math.Clamp(_resampler.FirstOf(_given) - _firstPlace, 0, _held);
        _x.AsSpan(passed, _held - passed).CopyTo(_x);
        (_firstPlace, _held) = (_firstPlace + passed, _held - passed);
        if (_held + count > _x.Length) Array.Resize(ref _x, (_held + count) * 2);
    }
}

/// <summary>Takes samples, which are the giver's again after the call.</summary>
public delegate void SampleSink(ReadOnlySpan<float> samples);
