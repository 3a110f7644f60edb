using System.Buffers.Binary;
using System.Text;

namespace RvcNative.Audio;

/// <summary>How a sample is stored; the container's width, samples are left-justified in it.</summary>
public enum WavEncoding { Pcm8, Pcm16, Pcm24, Pcm32, Float32, Float64 }

/// <summary>
/// What stands before the samples of a RIFF/WAVE file (Microsoft, "Multiple channel audio data and WAVE files"; EBU Tech 3306 for
/// RF64). Sizes are not believed where they cannot be true, as in files written to a pipe or left by a recorder that was killed.
/// </summary>
internal sealed record WavHeader(int FormatTag, int BitsPerSample, int SampleRateHz, int Channels, long DataOffset, long DataBytes)
{
    private const int TagPcm = 1, TagFloat = 3, TagExtensible = 0xFFFE;

    /// <summary>The encoding, or null when the samples are compressed or of an unusual width.</summary>
    internal WavEncoding? Encoding => (FormatTag, BitsPerSample) switch
    {
        (TagPcm, 8) => WavEncoding.Pcm8,
        (TagPcm, 16) => WavEncoding.Pcm16,
        (TagPcm, 24) => WavEncoding.Pcm24,
        (TagPcm, 32) => WavEncoding.Pcm32,
        (TagFloat, 32) => WavEncoding.Float32,
        (TagFloat, 64) => WavEncoding.Float64,
        _ => null,
    };

    /// <summary>Whether these first 12 bytes are those of a RIFF or RF64 WAVE file.</summary>
    internal static bool Matches(ReadOnlySpan<byte> first12) =>
        first12.Length >= 12 && (first12.StartsWith("RIFF"u8) || first12.StartsWith("RF64"u8) || first12.StartsWith("BW64"u8))
        && first12[8..12].SequenceEqual("WAVE"u8);

    /// <summary>Reads up to the samples; the stream must be seekable and stands at the file's first byte.</summary>
    internal static WavHeader Parse(Stream stream, string name)
    {
        long fileBytes = stream.Length;
        if (fileBytes == 0) throw new AudioFileException($"'{name}' is empty (0 bytes); expected a wav file.");
        byte[] riff = new byte[12];
        int got = stream.ReadAtLeast(riff, 12, throwOnEndOfStream: false);
        if (!Matches(riff.AsSpan(0, got)))
            throw new AudioFileException($"'{name}' is no wav file: it begins with {Shown(riff.AsSpan(0, got))}, expected \"RIFF....WAVE\".");
        uint riffBytes = BinaryPrimitives.ReadUInt32LittleEndian(riff.AsSpan(4));

        byte[]? format = null;
        long ds64DataBytes = -1;
        byte[] chunk = new byte[8];
        while (stream.ReadAtLeast(chunk, 8, throwOnEndOfStream: false) == 8)
        {
            uint claimed = BinaryPrimitives.ReadUInt32LittleEndian(chunk.AsSpan(4));
            long start = stream.Position, left = fileBytes - start;
            if (chunk.AsSpan(0, 4).SequenceEqual("data"u8))
            {
                if (format is null) throw new AudioFileException($"'{name}' has samples before any 'fmt ' chunk; the wav file is damaged.");
                bool endUnknown = claimed == uint.MaxValue || (claimed == 0 && riffBytes != fileBytes - 8);
                long bytes = claimed == uint.MaxValue && ds64DataBytes > 0 ? ds64DataBytes : endUnknown ? left : claimed;
                return FromFormat(format, name, start, Math.Min(bytes, left));
            }
            if (chunk.AsSpan(0, 4).SequenceEqual("fmt "u8))
            {
                format = new byte[(int)Math.Min(Math.Min(claimed, left), 64)];
                stream.ReadExactly(format);
            }
            else if (chunk.AsSpan(0, 4).SequenceEqual("ds64"u8) && claimed >= 16 && left >= 16)
            {
                byte[] sizes = new byte[16];
                stream.ReadExactly(sizes);
                ds64DataBytes = BinaryPrimitives.ReadInt64LittleEndian(sizes.AsSpan(8));
            }
            stream.Position = Math.Min(fileBytes, start + claimed + (claimed & 1));   // chunks begin at even offsets
        }
        throw new AudioFileException($"'{name}' has no 'data' chunk: the wav file ends before its samples ({fileBytes} bytes).");
    }

    private static WavHeader FromFormat(ReadOnlySpan<byte> format, string name, long dataOffset, long dataBytes)
    {
        if (format.Length < 16)
            throw new AudioFileException($"'{name}' has a 'fmt ' chunk of {format.Length} bytes, expected at least 16; the wav file is damaged.");
        int tag = BinaryPrimitives.ReadUInt16LittleEndian(format);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        int blockBytes = BinaryPrimitives.ReadUInt16LittleEndian(format[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        if (tag == TagExtensible && format.Length >= 26)
            tag = BinaryPrimitives.ReadUInt16LittleEndian(format[24..]);               // the sub-format GUID's first bytes
        if (channels == 0 || rate is 0 or > 10_000_000 || (long)rate * channels > int.MaxValue)
            throw new AudioFileException($"'{name}' claims {channels} channels at {rate} Hz; the wav file is damaged.");
        if (tag is TagPcm or TagFloat && blockBytes % channels == 0 && blockBytes > 0) bits = blockBytes / channels * 8;   // 20 bits lie in 3 bytes
        return new WavHeader(tag, bits, (int)rate, channels, dataOffset, dataBytes);
    }

    private static string Shown(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new("\"");
        foreach (byte b in bytes) text.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
        return text.Append('"').ToString();
    }
}
