namespace RvcNative.Audio;

/// <summary>A pipe that can be skipped forward, as <see cref="WavHeader"/> does; its end is not known before it comes.</summary>
internal sealed class ForwardStream(Stream pipe) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    /// <summary>More than any file has.</summary>
    public override long Length => long.MaxValue / 2;

    public override long Position
    {
        get => _position;
        set
        {
            if (value < _position) throw new NotSupportedException($"a pipe at byte {_position} does not go back to {value}");
            byte[] skipped = new byte[1 << 14];
            while (_position < value && Read(skipped, 0, (int)Math.Min(skipped.Length, value - _position)) > 0)
            {
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int got = pipe.Read(buffer);
        _position += got;
        return got;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
