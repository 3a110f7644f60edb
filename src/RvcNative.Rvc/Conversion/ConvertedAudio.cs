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

/// <summary>The converted recording, as long as the original, with a peak of at most 0.99.</summary>
/// <param name="Pieces">Stretches that it was converted in.</param>
public sealed record ConvertedAudio(float[] Samples, int SampleRateHz, int Pieces, ConversionTimings Timings)
{
    /// <summary>The recording's pitch as it was found or given, in Hz, a value each 10 ms, 0 where unvoiced; empty for a voice without pitch.</summary>
    public IReadOnlyList<double> PitchHz { get; init; } = [];

    /// <summary>Writes a wav file, whole or not at all; its folder is made if absent.</summary>
    /// <param name="encoding">16-bit samples are those that mainline makes.</param>
    /// <exception cref="IOException">The disk is full, or the place cannot be written to.</exception>
    public void Write(string path, WavEncoding encoding)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        DiskSpace.Guard(folder, () =>
        {
            Directory.CreateDirectory(folder);
            WavFile.Write(path, new AudioBuffer(encoding == WavEncoding.Pcm16 ? Quantised() : Samples, SampleRateHz), encoding);
        });
    }

    private float[] Quantised()
    {
        short[] pcm = OutputLevel.ToPcm16(Samples);
        float[] samples = new float[pcm.Length];
        for (int i = 0; i < samples.Length; i++) samples[i] = pcm[i] / 32768f;
        return samples;
    }
}
