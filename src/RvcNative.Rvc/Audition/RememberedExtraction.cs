using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RvcNative.Audio;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Audition;

/// <summary>What an extractor found before, by the samples' SHA-256: pitch and features of a clip are the same for every save.</summary>
internal sealed class ExtractionMemory<T>
{
    private readonly Dictionary<string, T> _found = [];

    internal T Of(ReadOnlySpan<float> wave16k, Func<float[], T> extract)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(wave16k)));
        if (_found.TryGetValue(key, out T? known)) return known;
        T found = extract(wave16k.ToArray());
        _found.Add(key, found);
        return found;
    }
}

/// <summary>An extractor of pitch that finds a clip's once.</summary>
internal sealed class RememberedPitch(IPitchExtractor inner) : IPitchExtractor, IDisposable
{
    private readonly ExtractionMemory<double[]> _memory = new();

    public string Name => inner.Name;

    public bool IsConcurrent => false;

    public double[] Extract(Signal wave16k) => [.. _memory.Of(wave16k.ToArray(), wave => inner.Extract(wave))];

    public void Dispose() => (inner as IDisposable)?.Dispose();
}

/// <summary>An extractor of features that computes a clip's once.</summary>
internal sealed class RememberedFeatures(IFeatureExtractor inner) : IFeatureExtractor, IDisposable
{
    private readonly ExtractionMemory<float[]> _memory = new();

    public string Name => inner.Name;

    public string? Hash => inner.Hash;

    public int Channels => inner.Channels;

    public bool IsConcurrent => false;

    public float[] Extract(ReadOnlySpan<float> wave16k) => [.. _memory.Of(wave16k, wave => inner.Extract(wave))];

    public void Dispose() => (inner as IDisposable)?.Dispose();
}
