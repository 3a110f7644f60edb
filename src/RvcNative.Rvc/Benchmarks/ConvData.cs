using RvcNative.Core;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>Random tensors for a convolution, the same for all who compute it: x [B,T,Cin], w [K,Cin/groups,Cout], dy [B,T',Cout].</summary>
public sealed class ConvData
{
    public ConvData(ConvSize size)
    {
        Random random = new(20_26);
        bool forward = size.Pass == ConvPass.Forward, data = size.Pass == ConvPass.DataGradient;
        X = data ? [] : Values(random, InCount(size));
        W = !forward && !data ? [] : Values(random, WeightCount(size));
        Dy = forward ? [] : Values(random, OutCount(size));
    }

    /// <summary>What the pass does not read is empty.</summary>
    public float[] X { get; }

    public float[] W { get; }

    public float[] Dy { get; }

    public static int InCount(ConvSize size) => size.Batch * size.InFrames * size.InChannels;

    public static int OutCount(ConvSize size) => size.Batch * size.OutFrames * size.OutChannels;

    public static int WeightCount(ConvSize size) => size.Geometry.Taps * (size.InChannels / size.Geometry.Groups) * size.OutChannels;

    public static int ResultCount(ConvSize size) => size.Pass switch
    {
        ConvPass.Forward => OutCount(size),
        ConvPass.DataGradient => InCount(size),
        _ => WeightCount(size),
    };

    private static float[] Values(Random random, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = random.NextSingle() - 0.5f;
        return values;
    }
}
