namespace RvcNative.Audio;

/// <summary>Loads any recording: wav files natively, all else through ffmpeg; both are mixed and resampled by the same code.</summary>
public static class AudioFile
{
    /// <summary>Decodes a file as it is stored.</summary>
    /// <param name="ffmpeg">The program that decodes what is not plain wav: a name on the path, or a file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="AudioFileException">The file is empty, is no audio, or needs an ffmpeg that is not installed.</exception>
    public static AudioBuffer Decode(string path, string ffmpeg = FfmpegDecoder.DefaultProgram)
    {
        using FileStream stream = OpenFile(path);
        return WavHeaderOf(stream, path) is { } header ? WavFile.ReadSamples(stream, header, path) : FfmpegDecoder.Decode(path, ffmpeg);
    }

    /// <summary>A reader of a plain wav file; null for a file that only ffmpeg may know.</summary>
    internal static WavReader? OpenWav(string path)
    {
        FileStream stream = OpenFile(path);
        try
        {
            if (WavHeaderOf(stream, path) is { } header) return new WavReader(stream, header, path);
            stream.Dispose();
            return null;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path)) throw new AudioFileException($"'{path}' is a folder; expected an audio file.");
        if (!File.Exists(path)) throw new FileNotFoundException($"'{path}' does not exist; expected an audio file.", path);
        return File.OpenRead(path);
    }

    private static WavHeader? WavHeaderOf(FileStream stream, string path)
    {
        if (stream.Length == 0) throw new AudioFileException($"'{path}' is empty (0 bytes); expected an audio file.");
        byte[] first = new byte[12];
        int got = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        if (!WavHeader.Matches(first.AsSpan(0, got))) return null;
        stream.Position = 0;
        WavHeader header = WavHeader.Parse(stream, path);
        return header.Encoding is null ? null : header;
    }

    /// <summary>Decodes a file to one channel (the mean of its channels) at a wanted rate.</summary>
    /// <inheritdoc cref="Decode" path="/exception"/>
    public static float[] Load(string path, int sampleRateHz, string ffmpeg = FfmpegDecoder.DefaultProgram)
    {
        AudioBuffer audio = Decode(path, ffmpeg);
        return Resampler.Resample(audio.ToMono(), audio.SampleRateHz, sampleRateHz);
    }
}
