namespace RvcNative.Audio;

/// <summary>The samples of a wav file or pipe, block after block; a cut-off one ends where it was cut.</summary>
internal sealed class WavReader : AudioReader
{
    private readonly Stream _stream;
    private readonly WavEncoding _encoding;
    private readonly int _sampleBytes;
    private long _leftBytes;
    private byte[] _bytes = [];

    /// <param name="stream">Stands at the first sample, or seeks there.</param>
    internal WavReader(Stream stream, WavHeader header, string name)
    {
        (_stream, _encoding) = (stream, WavFile.EncodingOf(header, name));
        _sampleBytes = WavFile.Bytes(_encoding);
        (SampleRateHz, Channels) = (header.SampleRateHz, header.Channels);
        int frameBytes = _sampleBytes * Channels;
        _leftBytes = header.DataBytes / frameBytes * frameBytes;
        stream.Position = header.DataOffset;
    }

    public override int SampleRateHz { get; }

    public override int Channels { get; }

    public override int Read(Span<float> samples)
    {
        int wanted = (int)Math.Min((long)(samples.Length / Channels * Channels) * _sampleBytes, _leftBytes);
        if (_bytes.Length < wanted) _bytes = new byte[wanted];
        int got = _stream.ReadAtLeast(_bytes.AsSpan(0, wanted), wanted, throwOnEndOfStream: false) / (_sampleBytes * Channels) * Channels;
        _leftBytes = got * _sampleBytes < wanted ? 0 : _leftBytes - wanted;
        WavFile.Decode(_bytes.AsSpan(0, got * _sampleBytes), _encoding, samples[..got]);
        return got;
    }

    protected override void Dispose(bool disposing) => _stream.Dispose();
}
