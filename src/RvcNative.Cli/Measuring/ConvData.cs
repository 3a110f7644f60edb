using RvcNative.Core;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Measuring;

/// <summary>Random tensors for a convolution, the same for all who compute it: x [B,T,Cin], w [K,Cin/groups,Cout], dy [B,T',Cout].</summary>
internal sealed class ConvData
{
    internal ConvData(ConvSize size)
    {
        Random random = new(20_26);
        bool forward = size.Pass == ConvPass.Forward, data = size.Pass == ConvPass.DataGradient;
        X = data ? [] : Values(random, InCount(size));
        W = !forward && !data ? [] : Values(random, WeightCount(size));
        Dy = forward ? [] : Values(random, OutCount(size));
    }

    /// <summary>What the pass does not read is empty.</summary>
    internal float[] X { get; }

    internal float[] W { get; }

    internal float[] Dy { get; }

    internal static int InCount(ConvSize size) => size.Batch * size.InFrames * size.InChannels;

    internal static int OutCount(ConvSize size) => size.Batch * size.OutFrames * size.OutChannels;

    internal static int WeightCount(ConvSize size) => size.Geometry.Kernel * (size.InChannels / size.Geometry.Groups) * size.OutChannels;

    internal static int ResultCount(ConvSize size) => size.Pass switch
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
