using RvcNative.Audio;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Conversion;

/// <summary>Milliseconds that the stages of a conversion took.</summary>
/// <param name="FilterMs">High-pass and cuts.</param>
/// <param name="RetrievalMs">Search in the index; 0 without one.</param>
/// <param name="SynthesisMs">The networks, with planning their memory for lengths that are new.</param>
/// <param name="FinishMs">Loudness, output rate, level.</param>
public sealed record ConversionTimings(double FilterMs, double PitchMs, double FeaturesMs, double RetrievalMs, double SynthesisMs, double FinishMs);

/// <summary>How far a conversion has come.</summary>
public readonly record struct ConversionProgress(int PiecesDone, int Pieces);

/// <summary>
/// The converted recording, as long as the original, with a peak of at most 0.99. A long one lies in a temporary file until it is disposed of.
/// </summary>
public sealed class ConvertedAudio : IDisposable
{
    private readonly SampleSpool _spool;

    // What mainline's rules for levels see is the peak of all samples.
    private float Excess => OutputLevel.OutputExcess(_spool.Peak);

    /// <param name="pieces">Stretches that it was converted in.</param>
    public ConvertedAudio(ReadOnlySpan<float> samples, int sampleRateHz, int pieces, ConversionTimings timings)
        : this(new SampleSpool(), sampleRateHz, pieces, timings) => _spool.Add(samples);

    internal ConvertedAudio(SampleSpool spool, int sampleRateHz, int pieces, ConversionTimings timings) =>
        (_spool, SampleRateHz, Pieces, Timings) = (spool, sampleRateHz, pieces, timings);

    public int SampleRateHz { get; }

    public int Pieces { get; }

    public ConversionTimings Timings { get; }

    public long Count => _spool.Count;

    /// <summary>All samples at once, for recordings that fit into memory.</summary>
    public float[] Samples
    {
        get
        {
            float[] samples = new float[Count];
            Read(0, samples);
            return samples;
        }
    }

    /// <summary>The recording's pitch as it was found or given, in Hz, a value each 10 ms, 0 where unvoiced; empty for a voice without pitch.</summary>
    public IReadOnlyList<double> PitchHz { get; init; } = [];

    /// <summary>The shift that was made, with that towards the voice's own pitch.</summary>
    public double PitchSemitones { get; init; }

    /// <summary>Writes a file, whole or not at all: wav, or by its name what ffmpeg makes of that. Its folder is made if absent.</summary>
    /// <param name="encoding">Of wav; 16-bit samples are those that mainline makes.</param>
    /// <exception cref="IOException">The disk is full, the place cannot be written to, or ffmpeg cannot write the format.</exception>
    public void Write(string path, WavEncoding encoding, string ffmpeg = FfmpegDecoder.DefaultProgram)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        DiskSpace.Guard(folder, () =>
        {
            Directory.CreateDirectory(folder);
            if (AudioFileWriter.IsWav(path)) AudioFileWriter.Write(path, stream => Write(stream, encoding));
            else FfmpegEncoder.Write(path, stream => Write(stream, encoding), ffmpeg);
        });
    }

    /// <summary>Writes wav to a stream, such as a pipe.</summary>
    public void Write(Stream stream, WavEncoding encoding) =>
        WavFile.Write(stream, Count, encoding == WavEncoding.Pcm16 ? ReadQuantised : Read, SampleRateHz, 1, encoding);

    public void Dispose() => _spool.Dispose();

    private void Read(long start, Span<float> samples)
    {
        _spool.Read(start, samples);
        float excess = Excess;
        if (!(excess > 1)) return;
        foreach (ref float sample in samples) sample /= excess;
    }

    private void ReadQuantised(long start, Span<float> samples)
    {
        Read(start, samples);
        float scale = OutputLevel.Pcm16Scale(Excess > 1 ? _spool.Peak / Excess : _spool.Peak);
        foreach (ref float sample in samples) sample = OutputLevel.ToPcm16(sample, scale) / 32768f;
    }
}
