using System.Buffers.Binary;

namespace RvcNative.Audio;

/// <summary>Fills a block with the samples from a place on.</summary>
public delegate void SampleSource(long start, Span<float> samples);

/// <summary>Reads and writes wav files; PCM full scale is 1, so 16-bit samples are value / 32768.</summary>
public static class WavFile
{
    private const int BlockSamples = 1 << 15;

    /// <summary>
    /// Reads a wav file: PCM of 8, 16, 24 or 32 bits, IEEE float of 32 or 64 bits, any channel count. A cut-off file gives what is there.
    /// </summary>
    /// <exception cref="AudioFileException">No wav file, damaged, or compressed in a way that needs ffmpeg.</exception>
    public static AudioBuffer Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>As <see cref="Read(string)"/>, from a stream (buffered in memory when it cannot seek); the name is for messages.</summary>
    public static AudioBuffer Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            using MemoryStream copy = new();
            stream.CopyTo(copy);
            copy.Position = 0;
            return Read(copy, name);
        }
        return ReadSamples(stream, WavHeader.Parse(stream, name), name);
    }

    internal static AudioBuffer ReadSamples(Stream stream, WavHeader header, string name)
    {
        WavEncoding encoding = EncodingOf(header, name);
        int sampleBytes = Bytes(encoding), frameBytes = sampleBytes * header.Channels;
        long frames = header.DataBytes / frameBytes;
        if (frames * header.Channels > Array.MaxLength)
            throw new AudioFileException(
                $"'{name}' holds {frames} frames of {header.Channels} channels, more than fits in memory; split the recording.");

        float[] samples = new float[frames * header.Channels];
        byte[] block = new byte[BlockSamples * sampleBytes];
        stream.Position = header.DataOffset;
        for (int done = 0; done < samples.Length;)
        {
            int count = Math.Min(BlockSamples, samples.Length - done);
            Span<byte> bytes = block.AsSpan(0, count * sampleBytes);
            stream.ReadExactly(bytes);
            Decode(bytes, encoding, samples.AsSpan(done, count));
            done += count;
        }
        return new AudioBuffer(samples, header.SampleRateHz, header.Channels);
    }

    /// <summary>Writes audio; PCM is rounded and clipped to full scale. The file appears whole or not at all.</summary>
    public static void Write(string path, AudioBuffer audio, WavEncoding encoding = WavEncoding.Float32) =>
        AtomicFile.Write(path, stream => Write(stream, audio, encoding));

    /// <summary>Writes one channel as 32-bit float, what mainline keeps its training chunks in.</summary>
    public static void Write(string path, float[] mono, int sampleRateHz) => Write(path, new AudioBuffer(mono, sampleRateHz));

    /// <summary>As <see cref="Write(string, AudioBuffer, WavEncoding)"/>, to a stream, which need not seek.</summary>
    public static void Write(Stream stream, AudioBuffer audio, WavEncoding encoding = WavEncoding.Float32)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(audio);
        Write(stream, audio.Samples.Length, (start, block) => audio.Samples.AsSpan((int)start, block.Length).CopyTo(block), audio.SampleRateHz, audio.Channels, encoding);
    }

    /// <summary>Writes samples that are asked for block after block, in order, to a stream, which need not seek.</summary>
    public static void Write(Stream stream, long samples, SampleSource source, int sampleRateHz, int channels = 1, WavEncoding encoding = WavEncoding.Float32)
    {
        int sampleBytes = Bytes(encoding);
        long dataBytes = samples * sampleBytes;
        if (dataBytes > uint.MaxValue - 64)
            throw new AudioFileException($"{dataBytes} bytes of samples do not fit in a wav file (4 GiB); split the recording or write 16 bits.");
        stream.Write(Header(sampleRateHz, channels, encoding, (uint)dataBytes));

        byte[] block = new byte[BlockSamples * sampleBytes];
        float[] values = new float[BlockSamples];
        for (long done = 0; done < samples;)
        {
            int count = (int)Math.Min(BlockSamples, samples - done);
            Span<byte> bytes = block.AsSpan(0, count * sampleBytes);
            source(done, values.AsSpan(0, count));
            Encode(values.AsSpan(0, count), encoding, bytes);
            stream.Write(bytes);
            done += count;
        }
        if ((dataBytes & 1) != 0) stream.WriteByte(0);
    }

    private static byte[] Header(int sampleRateHz, int channels, WavEncoding encoding, uint dataBytes)
    {
        bool isFloat = encoding is WavEncoding.Float32 or WavEncoding.Float64;
        int sampleBytes = Bytes(encoding), frameBytes = sampleBytes * channels;
        using MemoryStream header = new();
        using BinaryWriter writer = new(header);
        int formatBytes = isFloat ? 18 : 16, factBytes = isFloat ? 12 : 0;   // formats other than PCM carry an extension size and 'fact'
        writer.Write("RIFF"u8);
        writer.Write((uint)(4 + 8 + formatBytes + factBytes + 8) + dataBytes + (dataBytes & 1));
        writer.Write("WAVEfmt "u8);
        writer.Write(formatBytes);
        writer.Write((ushort)(isFloat ? 3 : 1));
        writer.Write((ushort)channels);
        writer.Write(sampleRateHz);
        writer.Write((uint)((long)sampleRateHz * frameBytes));
        writer.Write((ushort)frameBytes);
        writer.Write((ushort)(sampleBytes * 8));
        if (isFloat)
        {
            writer.Write((ushort)0);
            writer.Write("fact"u8);
            writer.Write(4);
            writer.Write((int)(dataBytes / frameBytes));
        }
        writer.Write("data"u8);
        writer.Write(dataBytes);
        writer.Flush();
        return header.ToArray();
    }

    internal static WavEncoding EncodingOf(WavHeader header, string name) => header.Encoding ?? throw new AudioFileException(
        $"'{name}' holds wav format {header.FormatTag} with {header.BitsPerSample} bits; expected PCM of 8, 16, 24, 32 or float of 32, 64 bits. "
        + "Convert it: ffmpeg -i IN.wav -c:a pcm_f32le OUT.wav");

    internal static int Bytes(WavEncoding encoding) => encoding switch
    {
        WavEncoding.Pcm8 => 1,
        WavEncoding.Pcm16 => 2,
        WavEncoding.Pcm24 => 3,
        WavEncoding.Pcm32 or WavEncoding.Float32 => 4,
        WavEncoding.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "unknown wav encoding"),
    };

    internal static void Decode(ReadOnlySpan<byte> bytes, WavEncoding encoding, Span<float> samples)
    {
        for (int i = 0; i < samples.Length; i++)
            samples[i] = encoding switch
            {
                WavEncoding.Pcm8 => (bytes[i] - 128) / 128f,
                WavEncoding.Pcm16 => BinaryPrimitives.ReadInt16LittleEndian(bytes[(i * 2)..]) / 32768f,
                WavEncoding.Pcm24 => (bytes[i * 3] | (bytes[i * 3 + 1] << 8) | ((sbyte)bytes[i * 3 + 2] << 16)) / 8388608f,
                WavEncoding.Pcm32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * 4)..]) / 2147483648f,
                WavEncoding.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * 4)..]),
                _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * 8)..]),
            };
    }

    private static void Encode(ReadOnlySpan<float> samples, WavEncoding encoding, Span<byte> bytes)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            switch (encoding)
            {
                case WavEncoding.Pcm8:
                    bytes[i] = (byte)(Quantise(samples[i], 128) + 128);
                    break;
                case WavEncoding.Pcm16:
                    BinaryPrimitives.WriteInt16LittleEndian(bytes[(i * 2)..], (short)Quantise(samples[i], 32768));
                    break;
                case WavEncoding.Pcm24:
                    int value = Quantise(samples[i], 8388608);
                    (bytes[i * 3], bytes[i * 3 + 1], bytes[i * 3 + 2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
                    break;
                case WavEncoding.Pcm32:
                    BinaryPrimitives.WriteInt32LittleEndian(bytes[(i * 4)..], Quantise(samples[i], 2147483648));
                    break;
                case WavEncoding.Float32:
                    BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * 4)..], samples[i]);
                    break;
                default:
                    BinaryPrimitives.WriteDoubleLittleEndian(bytes[(i * 8)..], samples[i]);
                    break;
            }
        }
    }

    /// <summary>Nearest step of a full scale, clipped; a NaN becomes 0.</summary>
    private static int Quantise(float sample, double fullScale) =>
        float.IsNaN(sample) ? 0 : (int)Math.Clamp(Math.Round(sample * fullScale), -fullScale, fullScale - 1);
}
