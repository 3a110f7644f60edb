using System.Text;

namespace RvcNative.Audio.Tests;

public sealed class WavFileTests
{
    private static readonly float[] Values = [0f, 0.5f, -0.5f, 0.25f, -1f, 127f / 128, 0.125f, -0.75f, 0.0625f];

    [Theory]
    [InlineData(WavEncoding.Pcm8, 1)]
    [InlineData(WavEncoding.Pcm8, 3)]
    [InlineData(WavEncoding.Pcm16, 1)]
    [InlineData(WavEncoding.Pcm16, 3)]
    [InlineData(WavEncoding.Pcm24, 1)]
    [InlineData(WavEncoding.Pcm24, 9)]
    [InlineData(WavEncoding.Pcm32, 3)]
    [InlineData(WavEncoding.Float32, 1)]
    [InlineData(WavEncoding.Float32, 3)]
    [InlineData(WavEncoding.Float64, 9)]
    public void What_is_written_is_read_again(WavEncoding encoding, int channels)
    {
        using TemporaryFolder folder = new();
        WavFile.Write(folder["a b.wav"], new AudioBuffer(Values, 44100, channels), encoding);
        AudioBuffer read = WavFile.Read(folder["a b.wav"]);
        Assert.Equal(Values, read.Samples);
        Assert.Equal((44100, channels), (read.SampleRateHz, read.Channels));
        Assert.Equal(["a b.wav"], folder.Names);
    }

    [Theory]
    [InlineData(WavEncoding.Pcm8, 127f / 128)]
    [InlineData(WavEncoding.Pcm16, 32767f / 32768)]
    [InlineData(WavEncoding.Pcm24, 8388607f / 8388608)]
    public void Pcm_is_clipped_not_wrapped(WavEncoding encoding, float top)
    {
        using MemoryStream stream = new();
        WavFile.Write(stream, new AudioBuffer([2f, -2f, float.NaN, float.PositiveInfinity], 16000), encoding);
        stream.Position = 0;
        Assert.Equal([top, -1f, 0f, top], WavFile.Read(stream, "memory").Samples);
    }

    [Fact]
    public void Floats_beyond_full_scale_are_kept()
    {
        using MemoryStream stream = new();
        WavFile.Write(stream, new AudioBuffer([3.5f, -7f], 16000));
        stream.Position = 0;
        Assert.Equal([3.5f, -7f], WavFile.Read(stream, "memory").Samples);
    }

    [Fact]
    public void Mono_is_the_mean_of_the_channels() =>
        Assert.Equal([0.25f, -0.5f], new AudioBuffer([0.5f, 0f, 0f, -1f], 16000, 2).ToMono());

    [Fact]
    public void Extensible_with_20_bits_in_3_bytes_and_odd_chunks_is_read()
    {
        byte[] fmt = [0xFE, 0xFF, 1, 0, 0x80, 0x3E, 0, 0, 0x80, 0xBB, 0, 0, 3, 0, 20, 0, 22, 0, 20, 0, 4, 0, 0, 0,
            1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
        byte[] file = Riff(("LIST", [1, 2, 3]), ("fmt ", fmt), ("junk", [9]), ("data", [0, 0, 0x40, 0, 0, 0xC0]), ("tail", [1]));
        AudioBuffer read = WavFile.Read(new MemoryStream(file), "memory");
        Assert.Equal([0.5f, -0.5f], read.Samples);
        Assert.Equal(16000, read.SampleRateHz);
    }

    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    [InlineData(36u, 0u)]
    [InlineData(0u, 2000u)]
    public void Sizes_of_a_stream_are_not_believed(uint riffBytes, uint dataBytes)
    {
        byte[] file = Riff(("fmt ", Pcm16Mono), ("data", [0, 0x40, 0, 0xC0, 0, 0x20]));
        BitConverter.TryWriteBytes(file.AsSpan(4), riffBytes);
        BitConverter.TryWriteBytes(file.AsSpan(40), dataBytes);
        Assert.Equal([0.5f, -0.5f, 0.25f], WavFile.Read(new MemoryStream(file), "memory").Samples);
        Assert.Equal([0.5f, -0.5f, 0.25f], WavFile.Read(new Unseekable(file), "pipe").Samples);
    }

    [Fact]
    public void A_cut_off_file_gives_its_whole_frames()
    {
        byte[] file = Riff(("fmt ", Pcm16Mono), ("data", [0, 0x40, 0, 0xC0, 0, 0x20]));
        Assert.Equal([0.5f, -0.5f], WavFile.Read(new MemoryStream(file[..^1]), "memory").Samples);
    }

    [Fact]
    public void The_most_channels_a_header_can_claim_are_read()
    {
        byte[] file = Riff(("fmt ", [1, 0, 0xFF, 0xFF, 0x80, 0x3E, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 8, 0]), ("data", new byte[2 * 65535 + 7]));
        Assert.Equal((65535, 2), (WavFile.Read(new MemoryStream(file), "memory").Channels, WavFile.Read(new MemoryStream(file), "memory").Frames));
    }

    [Fact]
    public void An_empty_data_chunk_is_no_samples() =>
        Assert.Empty(WavFile.Read(new MemoryStream(Riff(("fmt ", Pcm16Mono), ("data", []), ("LIST", [1, 2]))), "memory").Samples);

    [Fact]
    public void Bad_files_are_named_with_their_fault()
    {
        (byte[] File, string Fault)[] cases =
        [
            ([], "0 bytes"),
            (Encoding.ASCII.GetBytes("hello, I am text"), "\"hello, I am \""),
            (Riff(("fmt ", Pcm16Mono)), "no 'data' chunk"),
            (Riff(("data", [0, 0])), "before any 'fmt '"),
            (Riff(("fmt ", [1, 0, 0, 0, 0x80, 0x3E, 0, 0, 0, 0, 0, 0, 2, 0, 16, 0]), ("data", [0, 0])), "0 channels"),
            (Riff(("fmt ", [2, 0, 1, 0, 0x80, 0x3E, 0, 0, 0, 0, 0, 0, 1, 0, 4, 0]), ("data", [0, 0])), "wav format 2"),
            (Riff(("fmt ", [1, 0]), ("data", [0, 0])), "2 bytes"),
        ];
        foreach ((byte[] file, string fault) in cases)
        {
            string message = Assert.Throws<AudioFileException>(() => WavFile.Read(new MemoryStream(file), "x.wav")).Message;
            Assert.Contains("'x.wav'", message, StringComparison.Ordinal);
            Assert.Contains(fault, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Random_damage_never_escapes_as_another_exception()
    {
        byte[] whole = Riff(("LIST", [1, 2, 3]), ("fmt ", Pcm16Mono), ("data", new byte[64]));
        Random random = new(7);
        for (int round = 0; round < 500; round++)
        {
            byte[] file = whole[..random.Next(whole.Length + 1)];
            for (int hit = random.Next(4); hit > 0 && file.Length > 0; hit--) file[random.Next(file.Length)] = (byte)random.Next(256);
            try
            {
                WavFile.Read(new MemoryStream(file), "fuzz");
            }
            catch (AudioFileException)
            {
            }
        }
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        using TemporaryFolder folder = new();
        WavFile.Write(folder["x.wav"], [0.5f], 16000);
        Assert.Throws<ArgumentOutOfRangeException>(() => WavFile.Write(folder["x.wav"], new AudioBuffer([1f], 16000), (WavEncoding)77));
        Assert.Equal([0.5f], WavFile.Read(folder["x.wav"]).Samples);
        Assert.Equal(["x.wav"], folder.Names);
    }

    private static byte[] Pcm16Mono => [1, 0, 1, 0, 0x80, 0x3E, 0, 0, 0, 0x7D, 0, 0, 2, 0, 16, 0];

    private static byte[] Riff(params (string Id, byte[] Body)[] chunks)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write("RIFF\0\0\0\0WAVE"u8);
        foreach ((string id, byte[] body) in chunks)
        {
            writer.Write(Encoding.ASCII.GetBytes(id));
            writer.Write(body.Length);
            writer.Write(body);
            if (body.Length % 2 != 0) writer.Write((byte)0);
        }
        writer.Flush();
        byte[] file = stream.ToArray();
        BitConverter.TryWriteBytes(file.AsSpan(4), file.Length - 8);
        return file;
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
