using RvcNative.Audio;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Tests.Data;

/// <summary>Features that are quick and tell where they come from: row t, value c is 1000 c + the wave's sample 320 t, times a scale.</summary>
internal sealed class FakeFeatures(string name = "fake", int channels = 768, float scale = 1) : IFeatureExtractor
{
    private int _calls;

    public string Name => name;

    public int Channels => channels;

    public bool IsConcurrent => true;

    internal int Calls => _calls;

    public float[] Extract(ReadOnlySpan<float> wave16k)
    {
        Interlocked.Increment(ref _calls);
        float[] rows = new float[((wave16k.Length - 400) / 320 + 1) * channels];
        for (int i = 0; i < rows.Length; i++) rows[i] = scale * (i % channels * 1000 + wave16k[i / channels * 320]);
        return rows;
    }
}

/// <summary>Pitch of 100, 101, 102, … Hz with every fourth frame unvoiced; all unvoiced for waves shorter than a second.</summary>
internal sealed class FakePitch(string name = "fakepitch") : IPitchExtractor
{
    private int _inside;

    public string Name => name;

    public bool IsConcurrent => false;

    public double[] Extract(Signal wave16k)
    {
        Assert.Equal(1, Interlocked.Increment(ref _inside));
        double[] hz = new double[wave16k.Length / 160];
        if (wave16k.Length >= 16000) for (int t = 0; t < hz.Length; t++) hz[t] = t % 4 == 3 ? 0 : 100 + t;
        Interlocked.Decrement(ref _inside);
        return hz;
    }
}
