using RvcNative.Audio;

namespace RvcNative.Rvc.Conversion;

/// <summary>A recording to convert: one channel at 16 kHz that holds sound.</summary>
public sealed class ConversionInput
{
    public const int SampleRateHz = 16000;

    // Below one step of 16 bits there is nothing to hear and nothing to convert.
    private const float Silence = 1f / 32768;

    // Arrays of the longest recording stay below what .NET can index, and its memory within reach.
    private const double LongestSeconds = 6 * 3600;

    /// <param name="name">For messages, such as the file's path.</param>
    /// <param name="samples">At 16 kHz; not changed.</param>
    /// <exception cref="AudioFileException">No samples, silence, a sample that is not finite, or more than 6 hours.</exception>
    public ConversionInput(string name, float[] samples)
    {
        CheckLength(name, Seconds(samples));
        CheckFinite(name, samples, SampleRateHz);
        if (samples.Length == 0) throw new AudioFileException($"'{name}' has no samples; a recording of speech or song is wanted.");
        if (Peak(samples) < Silence)
        {
            throw new AudioFileException(
                $"'{name}' is silent ({Seconds(samples):0.##} s without a sample above 1/32768); a recording of speech or song is wanted.");
        }

        (Name, Samples) = (name, samples);
    }

    public string Name { get; }

    public float[] Samples { get; }

    public double DurationSeconds => Seconds(Samples);

    /// <summary>Reads a wav file, or anything else through ffmpeg, and mixes and resamples it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="AudioFileException">No audio, damaged audio, silence.</exception>
    public static ConversionInput Load(string path, string ffmpeg = FfmpegDecoder.DefaultProgram)
    {
        using AudioReader reader = AudioReader.Open(path, ffmpeg);
        return Of(reader, path);
    }

    /// <summary>Reads wav from a pipe.</summary>
    /// <param name="name">For messages.</param>
    /// <exception cref="AudioFileException">No wav, damaged audio, silence.</exception>
    public static ConversionInput Read(Stream pipe, string name)
    {
        using AudioReader reader = AudioReader.OpenPipe(pipe, name);
        return Of(reader, name);
    }

    private static ConversionInput Of(AudioReader reader, string name)
    {
        int samplesPerSecond = reader.SampleRateHz * reader.Channels;
        return new ConversionInput(name, reader.ReadMono(SampleRateHz, (block, start) =>
        {
            CheckLength(name, (double)(start + block.Length) / samplesPerSecond);
            CheckFinite(name, block.Span, samplesPerSecond, start);
        }));
    }

    private static void CheckFinite(string name, ReadOnlySpan<float> samples, int samplesPerSecond, long start = 0)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            if (float.IsFinite(samples[i])) continue;
            throw new AudioFileException(
                $"'{name}' holds {samples[i]} at {(double)(start + i) / samplesPerSecond:0.###} s, no sound; it is damaged: record or export it again.");
        }
    }

    private static void CheckLength(string name, double seconds)
    {
        if (seconds <= LongestSeconds) return;
        throw new AudioFileException(
            $"'{name}' is longer than {LongestSeconds / 3600} hours, which are converted at once at most: split it, "
            + "as with ffmpeg -f segment -segment_time 3600.");
    }

    private static float Peak(ReadOnlySpan<float> samples)
    {
        float peak = 0;
        foreach (float sample in samples) peak = MathF.Max(peak, MathF.Abs(sample));
        return peak;
    }

    private static double Seconds(float[] samples) => (double)samples.Length / SampleRateHz;
}
