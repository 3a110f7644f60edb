namespace RvcNative.Audio;

/// <summary>Samples in the order of their coming, in blocks, so that growing copies nothing.</summary>
internal sealed class SampleList
{
    private const int BlockSamples = 1 << 20;
    private readonly List<float[]> _blocks = [];
    private int _inLast = BlockSamples;

    internal long Count => _blocks.Count == 0 ? 0 : ((long)(_blocks.Count - 1) * BlockSamples) + _inLast;

    internal void Add(ReadOnlySpan<float> samples)
    {
        while (!samples.IsEmpty)
        {
            if (_inLast == BlockSamples)
            {
                _blocks.Add(new float[BlockSamples]);
                _inLast = 0;
            }

            int count = Math.Min(samples.Length, BlockSamples - _inLast);
            samples[..count].CopyTo(_blocks[^1].AsSpan(_inLast));
            _inLast += count;
            samples = samples[count..];
        }
    }

    /// <summary>All samples; the list is empty after it, each block is let go when it is copied.</summary>
    internal float[] ToArray()
    {
        float[] all = new float[Count];
        for (int i = 0; i < _blocks.Count; i++)
        {
            int count = i == _blocks.Count - 1 ? _inLast : BlockSamples;
            _blocks[i].AsSpan(0, count).CopyTo(all.AsSpan(i * BlockSamples));
            _blocks[i] = [];
        }

        _blocks.Clear();
        _inLast = BlockSamples;
        return all;
    }
}
