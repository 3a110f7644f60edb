using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void LayerNorm(Tensor x, Tensor gamma, Tensor beta, float epsilon, Tensor y, Tensor mean, Tensor rstd) =>
        Launch(Kernels.LayerNorm, new Grid(mean.Count), x, gamma, beta, y, mean, rstd, epsilon, y.Shape[2]);

    public override void LayerNormBackward(Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Gradient dx, Gradient dgamma, Gradient dbeta)
    {
        int frames = dy.Shape[1], channels = dy.Shape[2];
        if (dx.Tensor is { } to)
        {
            int some = to.Shape[0];
            Launch(Kernels.LayerNormBackward, new Grid(some * frames), Tail(x, some), gamma, Tail(mean, some), Tail(rstd, some), Tail(dy, some), to, channels, dx.Accumulate);
        }

        if (!dgamma.Wanted && !dbeta.Wanted) return;
        int items = dy.Shape[0], rows = items * frames, blocks = SumBlocks(rows);
        long bytes = sizeof(float) * (long)blocks * channels;
        DeviceStorage scratch = Scratch(2 * bytes);
        KernelArgument gammas = KernelArgument.Of(scratch, 0, sizeof(float)), betas = KernelArgument.Of(scratch, bytes, sizeof(float));
        Launch(Kernels.LayerNormAffine, Each(channels, blocks), Tail(x, items), Tail(mean, items), Tail(rstd, items), dy, gammas, betas, rows, channels);
        if (dgamma.Tensor is { } g) AddPartialSums(gammas, 1, blocks, channels, g, channels, dgamma.Accumulate);
        if (dbeta.Tensor is { } b) AddPartialSums(betas, 1, blocks, channels, b, channels, dbeta.Accumulate);
    }
}
