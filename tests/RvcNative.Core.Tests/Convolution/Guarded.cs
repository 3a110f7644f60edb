using RvcNative.Core.Cpu;

namespace RvcNative.Core.Tests.Convolution;

/// <summary>
/// A tensor in the middle of a larger one. Around what is read stand NaNs, which would spread; around what is written stands a
/// number that must still be there afterwards.
/// </summary>
internal sealed class Guarded
{
    private const int Margin = 37;
    private const float Untouched = 12345;
    private readonly CpuBackend _backend;
    private readonly Tensor _whole;

    private Guarded(CpuBackend backend, Shape shape, float[] values, float around)
    {
        float[] all = new float[values.Length + (2 * Margin)];
        Array.Fill(all, around);
        values.CopyTo(all, Margin);
        _backend = backend;
        _whole = backend.NewTensor([all.Length]);
        backend.Write(all, _whole);
        Tensor = Backend.Part(_whole, Margin, shape);
    }

    public Tensor Tensor { get; }

    public static Tensor Input(CpuBackend backend, Shape shape, float[] values) => new Guarded(backend, shape, values, float.NaN).Tensor;

    public static Guarded Output(CpuBackend backend, Shape shape, float[] values) => new(backend, shape, values, Untouched);

    /// <summary>The tensor's values, after a look at what stands around them.</summary>
    public float[] Values()
    {
        float[] all = _backend.ToArray(_whole);
        for (int i = 0; i < Margin; i++)
        {
            if (!(all[i] == Untouched)) Assert.Fail($"written {Margin - i} before the start");
            if (!(all[^(i + 1)] == Untouched)) Assert.Fail($"written {Margin - i} past the end");
        }

        return all[Margin..^Margin];
    }
}
