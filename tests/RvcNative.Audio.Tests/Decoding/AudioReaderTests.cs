namespace RvcNative.Audio.Tests;

public sealed class AudioReaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-reader-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(44100, 2, 16000)]
    [InlineData(16000, 1, 16000)]
    [InlineData(16000, 3, 16000)]
    [InlineData(8000, 1, 16000)]
    [InlineData(47999, 1, 16000)]
    public void Blocks_give_the_same_bits_as_the_whole(int rateHz, int channels, int wantedHz)
    {
        string path = Path.Combine(_folder.FullName, "a.wav");
        WavFile.Write(path, new AudioBuffer(Noise(50021 * channels, 3), rateHz, channels), WavEncoding.Pcm16);
        float[] whole = AudioFile.Load(path, wantedHz);
        using AudioReader reader = AudioReader.Open(path);
        long seen = 0;
        Assert.Equal(whole, reader.ReadMono(wantedHz, (block, start) =>
        {
            Assert.Equal(seen, start);
            seen += block.Length;
        }));
        Assert.Equal(50021L * channels, seen);
    }

    [Fact]
    public void A_pipe_of_unknown_length_is_read_to_its_end()
    {
        using MemoryStream wav = new();
        WavFile.Write(wav, new AudioBuffer(Noise(3001, 1), 16000), WavEncoding.Float32);
        byte[] bytes = wav.ToArray();
        bytes.AsSpan(54, 4).Fill(0xFF);                      // the size of 'data', which a writer to a pipe does not know
        using AudioReader reader = AudioReader.OpenPipe(new MemoryStream(bytes), "standard input");
        Assert.Equal(Noise(3001, 1), reader.ReadMono(16000));
    }

    [Fact]
    public void A_file_that_claims_the_most_channels_takes_no_more_memory_than_others()
    {
        string path = Path.Combine(_folder.FullName, "wide.wav");
        WavFile.Write(path, new AudioBuffer(Noise(3 * ushort.MaxValue, 5), 16000, ushort.MaxValue), WavEncoding.Pcm16);
        float[] whole = AudioFile.Load(path, 16000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using AudioReader reader = AudioReader.Open(path);
        Assert.Equal(whole, reader.ReadMono(16000));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ID3 this is something else altogether")]
    [InlineData("RIFF....WAVE")]
    public void A_pipe_that_is_no_wav_is_refused(string text)
    {
        AudioFileException refused = Assert.Throws<AudioFileException>(() => AudioReader.OpenPipe(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(text)), "standard input"));
        Assert.Contains("'standard input'", refused.Message);
    }

    [Theory]
    [InlineData(40000, 48000)]
    [InlineData(48000, 44100)]
    [InlineData(32000, 8000)]
    [InlineData(44100, 47999)]
    public void A_stream_is_resampled_to_the_same_bits_however_it_is_cut(int fromHz, int toHz)
    {
        float[] x = Noise(40013, 7);
        List<float> streamed = [];
        StreamResampler resampler = new(fromHz, toHz, block => streamed.AddRange(block));
        for (int done = 0, count = 1; done < x.Length; done += count, count = (count * 3) + 1)
        {
            resampler.Add(x.AsSpan(done, count = Math.Min(count, x.Length - done)));
        }

        resampler.Finish();
        Assert.Equal(new Resampler(fromHz, toHz).Resample(x), streamed);
    }

    internal static float[] Noise(int count, int seed)
    {
        Random random = new(seed);
        float[] noise = new float[count];
        foreach (ref float sample in noise.AsSpan()) sample = (float)(random.NextDouble() - 0.5);
        return noise;
    }
}
