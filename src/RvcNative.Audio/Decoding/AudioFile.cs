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
        if (Directory.Exists(path)) throw new AudioFileException($"'{path}' is a folder; expected an audio file.");
        if (!File.Exists(path)) throw new FileNotFoundException($"'{path}' does not exist; expected an audio file.", path);
        using FileStream stream = File.OpenRead(path);
        if (stream.Length == 0) throw new AudioFileException($"'{path}' is empty (0 bytes); expected an audio file.");
        byte[] first = new byte[12];
        int got = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        if (WavHeader.Matches(first.AsSpan(0, got)))
        {
            stream.Position = 0;
            WavHeader header = WavHeader.Parse(stream, path);
            if (header.Encoding is not null) return WavFile.ReadSamples(stream, header, path);
        }
        return FfmpegDecoder.Decode(path, ffmpeg);
    }

    /// <summary>Decodes a file to one channel (the mean of its channels) at a wanted rate.</summary>
    /// <inheritdoc cref="Decode" path="/exception"/>
    public static float[] Load(string path, int sampleRateHz, string ffmpeg = FfmpegDecoder.DefaultProgram)
    {
        AudioBuffer audio = Decode(path, ffmpeg);
        return Resampler.Resample(audio.ToMono(), audio.SampleRateHz, sampleRateHz);
    }
}
