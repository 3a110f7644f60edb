using RvcNative.Audio;

namespace RvcNative.Rvc.Data;

/// <summary>Stretches of a recording's filtered samples, asked for in the order of their starts; they may overlap. Holds no more than the longest.</summary>
internal sealed class SampleWindow(RecordingStream stream)
{
    private double[] _held = [];
    private long _firstPlace;                                // of _held[0]
    private int _count;

    /// <exception cref="TrainingDataException">The recording is shorter than it was: it was changed meanwhile.</exception>
    internal double[] Read(SampleRange range)
    {
        while (_firstPlace + _count < range.End)
        {
            ReadOnlySpan<double> block = stream.Next().Span;
            if (block.IsEmpty) throw new TrainingDataException("a recording became shorter while it was read; leave the data folder as it is and run the same command again.");
            int passed = (int)Math.Clamp(range.Start - _firstPlace, 0, _count);
            _held.AsSpan(passed, _count - passed).CopyTo(_held);
            (_firstPlace, _count) = (_firstPlace + passed, _count - passed);
            if (_held.Length < _count + block.Length) Array.Resize(ref _held, (_count + block.Length) * 2);
            block.CopyTo(_held.AsSpan(_count));
            _count += block.Length;
        }

        return _held.AsSpan((int)(range.Start - _firstPlace), range.Length).ToArray();
    }
}
