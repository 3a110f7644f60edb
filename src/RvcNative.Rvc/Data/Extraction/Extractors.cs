using RvcNative.Audio;

namespace RvcNative.Rvc.Data;

/// <summary>Finds the pitch of speech.</summary>
public interface IPitchExtractor
{
    /// <summary>Short and stable: it is recorded in logs/NAME/extract.json, and pitch of different methods is not mixed.</summary>
    string Name { get; }

    /// <summary>Whether several threads may call it at once; if not, callers wait for each other, as for one that is shared among threads itself.</summary>
    bool IsConcurrent { get; }

    /// <param name="wave16k">N samples at 16 kHz.</param>
    /// <returns>N / 160 values in Hz, 0 where unvoiced.</returns>
    double[] Extract(Signal wave16k);
}

/// <summary>Turns speech into phone features.</summary>
public interface IFeatureExtractor
{
    /// <summary>Short, stable, fit for a file name: it is recorded in logs/NAME/extract.json and names the features of silence.</summary>
    string Name { get; }

    /// <summary>Of the weights that it computes with, so that two networks of one name are told apart; null for one without weights.</summary>
    string? Hash => null;

    /// <summary>256 for v1 voices, 768 for v2.</summary>
    int Channels { get; }

    /// <inheritdoc cref="IPitchExtractor.IsConcurrent"/>
    bool IsConcurrent { get; }

    /// <param name="wave16k">N samples at 16 kHz, N at least 400.</param>
    /// <returns>[T, Channels], a row for every 320 samples; HuBERT's T is (N - 400) / 320 + 1.</returns>
    float[] Extract(ReadOnlySpan<float> wave16k);
}

/// <summary>The built-in pitch tracker, which needs no weights.</summary>
public sealed class PyinPitch : IPitchExtractor
{
    public string Name => "pyin";

    public bool IsConcurrent => true;

    public double[] Extract(Signal wave16k) => Pyin.Track(wave16k);
}

/// <summary>The built-in features, which need no weights: see <see cref="SpectralFeatures"/> for what they can do.</summary>
public sealed class BuiltInFeatures(int channels) : IFeatureExtractor
{
    public string Name => "spectral";

    public int Channels => channels;

    public bool IsConcurrent => true;

    public float[] Extract(ReadOnlySpan<float> wave16k) => SpectralFeatures.Compute(wave16k, channels);
}
