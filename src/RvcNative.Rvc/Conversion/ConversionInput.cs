using RvcNative.Audio;

namespace RvcNative.Rvc.Conversion;

/// <summary>A recording to convert: one channel at 16 kHz that holds sound. A long one lies in a temporary file until it is disposed of.</summary>
public sealed class ConversionInput : IDisposable
{
    public const int SampleRateHz = 16000;

    // Below one step of 16 bits there is nothing to hear and nothing to convert.
    private const float Silence = 1f / 32768;

    // Its samples, and those at the highest output rate in temporary files, stay within reach.
    private const double LongestSeconds = 6 * 3600;

    private readonly SampleSpool? _spool;

    /// <param name="name">For messages, such as the file's path.</param>
    /// <param name="samples">At 16 kHz; not changed.</param>
    /// <exception cref="AudioFileException">No samples, silence, a sample that is not finite, or more than 6 hours.</exception>
    public ConversionInput(string name, float[] samples)
    {
        CheckLength(name, (double)samples.Length / SampleRateHz);
        CheckFinite(name, samples, SampleRateHz);
        (Name, Samples) = (name, samples);
        foreach (float sample in samples) Peak = MathF.Max(Peak, MathF.Abs(sample));
        CheckSound();
    }

    private ConversionInput(string name, SampleSpool spool)
    {
        (Name, _spool, Samples, Peak) = (name, spool, spool.ToSignal(), spool.Peak);
        CheckSound();
    }

    public string Name { get; }

    public Signal Samples { get; }

    public float Peak { get; }

    public double DurationSeconds => (double)Samples.Length / SampleRateHz;

    /// <summary>Frames of 10 ms, a last one that is not full included.</summary>
    public int Frames => (Samples.Length + ConversionPieces.HopSamples - 1) / ConversionPieces.HopSamples;

    /// <summary>Reads a wav file, or anything else through ffmpeg, and mixes and resamples it.</summary>
    /// <param name="workFolder">Where a long recording lies meanwhile, which must be there; null for the system's folder for such.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="AudioFileException">No audio, damaged audio, silence.</exception>
    public static ConversionInput Load(string path, string ffmpeg = FfmpegDecoder.DefaultProgram, string? workFolder = null)
    {
        using AudioReader reader = AudioReader.Open(path, ffmpeg);
        return Of(reader, path, workFolder);
    }

    /// <summary>Reads wav from a pipe.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="workFolder">As in <see cref="Load"/>.</param>
    /// <exception cref="AudioFileException">No wav, damaged audio, silence.</exception>
    public static ConversionInput Read(Stream pipe, string name, string? workFolder = null)
    {
        using AudioReader reader = AudioReader.OpenPipe(pipe, name);
        return Of(reader, name, workFolder);
    }

    public void Dispose() => _spool?.Dispose();

    private static ConversionInput Of(AudioReader reader, string name, string? workFolder)
    {
        int samplesPerSecond = reader.SampleRateHz * reader.Channels;
        SampleSpool spool = new(workFolder);
        try
        {
            reader.ReadMono(SampleRateHz, spool.Add, (block, start) =>
            {
                CheckLength(name, (double)(start + block.Length) / samplesPerSecond);
                CheckFinite(name, block.Span, samplesPerSecond, start);
            });
            return new ConversionInput(name, spool);
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    private void CheckSound()
    {
        if (Samples.Length == 0) throw new AudioFileException($"'{Name}' has no samples; a recording of speech or song is wanted.");
        if (Peak < Silence)
        {
            throw new AudioFileException(
                $"'{Name}' is silent ({DurationSeconds:0.##} s without a sample above 1/32768); a recording of speech or song is wanted.");
        }
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
}
