namespace RvcNative.Audio;

/// <summary>A recording decoded block after block, so that its length costs no memory. One thread at a time.</summary>
public abstract class AudioReader : IDisposable
{
    public abstract int SampleRateHz { get; }

    public abstract int Channels { get; }

    /// <summary>Opens a wav file, or anything else through ffmpeg.</summary>
    /// <inheritdoc cref="AudioFile.Decode" path="/exception"/>
    public static AudioReader Open(string path, string ffmpeg = FfmpegDecoder.DefaultProgram)
    {
        if (AudioFile.OpenWav(path) is { } wav) return wav;
        return new FfmpegReader(path, ffmpeg);
    }

    /// <summary>Opens wav that comes through a pipe; sizes that its writer did not know are allowed.</summary>
    /// <param name="name">For messages.</param>
    /// <exception cref="AudioFileException">What comes is no wav, or one of an encoding that is not read here.</exception>
    public static AudioReader OpenPipe(Stream pipe, string name)
    {
        ForwardStream stream = new(pipe);
        return new WavReader(stream, WavHeader.Parse(stream, name), name);
    }

    /// <summary>Reads whole frames, interleaved, until the span is full or the recording ends.</summary>
    /// <returns>Samples read, a multiple of the channels; 0 at the end.</returns>
    public abstract int Read(Span<float> samples);

    /// <summary>Reads the rest as one channel, the mean of all, at another rate: what <see cref="AudioFile.Load"/> gives.</summary>
    /// <inheritdoc cref="MonoStream(AudioReader, int, Action{ReadOnlyMemory{float}, long}?)" path="/param"/>
    public float[] ReadMono(int sampleRateHz, Action<ReadOnlyMemory<float>, long>? check = null)
    {
        SampleList mono = new();
        ReadMono(sampleRateHz, mono.Add, check);
        return mono.ToArray();
    }

    /// <summary>As <see cref="ReadMono(int, Action{ReadOnlyMemory{float}, long}?)"/>, block after block.</summary>
    public void ReadMono(int sampleRateHz, SampleSink sink, Action<ReadOnlyMemory<float>, long>? check = null)
    {
        MonoStream stream = new(this, sampleRateHz, check);
        for (Span<float> block = stream.Next(); !block.IsEmpty; block = stream.Next()) sink(block);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
