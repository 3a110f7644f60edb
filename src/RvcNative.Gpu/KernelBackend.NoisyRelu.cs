using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    private const int MostNoisyBlocks = 1 << 12;   // a grid has 65535 groups down at most, and these rows are samples

    public override void NoisyRelu(Tensor x, Tensor noise, Tensor w, float slope, Tensor y) =>
        Launch(Kernels.NoisyRelu, Each(y.Count), x, noise, w, y, slope, y.Shape[2], y.Count);

    public override void NoisyReluBackward(Tensor y, Tensor noise, float slope, Tensor dy, Gradient dx, Gradient dw)
    {
        int items = dy.Shape[0], channels = dy.Shape[2], rows = dy.Count / channels;
        int stretch = Math.Max(Kernels.SumRows, Ceiling(rows, MostNoisyBlocks)), blocks = Ceiling(rows, stretch);
        KernelArgument partial = dw.Wanted ? KernelArgument.Of(Scratch(sizeof(float) * (long)blocks * channels), 0, sizeof(float)) : default(Tensor);
        Launch(Kernels.NoisyReluBackward, Each(channels, blocks), Tail(y, items), Tail(noise, items), dy, dx.Tensor, partial, slope, rows, channels, stretch,
            rows - ((dx.Tensor?.Count ?? 0) / channels), dx.Accumulate);
        if (dw.Tensor is { } sums) AddPartialSums(partial, 1, blocks, channels, sums, channels, dw.Accumulate);
    }
}
