using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    private const int MostLossBlocks = 512, LeastLossStretch = 2048;

    public override void SquaredError(Tensor x, float target, Tensor loss) => MeanSquare(x, target, x.Count, loss, root: false);

    public override void SquaredErrorBackward(Tensor x, float target, float weight, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        KernelArgument from = KernelArgument.Of(x, x.Count - to.Count);
        Launch(Kernels.SquaredBackward, Each(to.Count), from, LossScale, to, target, (float)(weight / (double)x.Count), to.Count, dx.Accumulate);
    }

    public override void AbsoluteError(Tensor x, Tensor target, Tensor loss)
    {
        (int blocks, int stretch) = Stretches(x.Count);
        KernelArgument partial = KernelArgument.Of(Scratch((long)blocks * WideBytes), 0, WideBytes);
        Launch(Kernels.AbsoluteSums, new Grid(blocks), Any(x), TypeOf(x), Any(target), TypeOf(target), partial, stretch, x.Count);
        Launch(Kernels.SumBlocks, new Grid(1), partial, default(Tensor), default(Tensor), loss, (float)x.Count, blocks, false);
    }

    public override void AbsoluteErrorBackward(Tensor x, Tensor target, float weight, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int skipped = x.Count - to.Count;
        Launch(Kernels.AbsoluteBackward, Each(to.Count), KernelArgument.Of(x, skipped), TypeOf(x), KernelArgument.Of(target, skipped), TypeOf(target), LossScale, Any(to),
            TypeOf(to), (float)(weight / (double)x.Count), to.Count,
            dx.Accumulate);
    }

    public override void KlDivergence(Tensor z, Tensor q, Tensor p, Tensor mask, Tensor? frames, Tensor loss)
    {
        (int blocks, int stretch) = Stretches(z.Count);
        DeviceStorage scratch = Scratch((blocks + 1L) * WideBytes);
        KernelArgument total = KernelArgument.Of(scratch, 0, WideBytes), partial = KernelArgument.Of(scratch, WideBytes, WideBytes);
        Launch(Kernels.DivergenceFrames, new Grid(1), mask, frames, total, mask.Count);
        Launch(Kernels.DivergenceSums, new Grid(blocks), z, q, p, mask, partial, stretch, z.Shape[2], z.Count);
        Launch(Kernels.SumBlocks, new Grid(1), partial, total, default(Tensor), loss, 1f, blocks, false);
    }

    public override void KlDivergenceBackward(
        Tensor z, Tensor q, Tensor p, Tensor mask, Tensor? frames, float weight, Gradient dz, Gradient dq, Gradient dp)
    {
        KernelArgument total = KernelArgument.Of(Scratch(WideBytes), 0, WideBytes);
        Launch(Kernels.DivergenceFrames, new Grid(1), mask, frames, total, mask.Count);
        Launch(Kernels.DivergenceBackward, Each(z.Count), z, p, mask, total, LossScale, dz.Tensor, dq.Tensor, dp.Tensor, weight, z.Shape[2], z.Count, dz.Accumulate, dq.Accumulate,
            dp.Accumulate);
    }

    /// <summary>y = sum of (x - target)^2 / divisor, or the root of it; over a scale where one is given.</summary>
    private void MeanSquare(Tensor x, float target, float divisor, Tensor y, bool root, Tensor? scale = null)
    {
        (int blocks, int stretch) = Stretches(x.Count);
        KernelArgument partial = KernelArgument.Of(Scratch((long)blocks * WideBytes), 0, WideBytes);
        Launch(Kernels.SquaredSums, new Grid(blocks), x, partial, target, stretch, x.Count);
        Launch(Kernels.SumBlocks, new Grid(1), partial, default(Tensor), scale, y, divisor, blocks, root);
    }

    /// <summary>A sum's stretches depend on the number of its terms alone.</summary>
    private static (int Blocks, int Stretch) Stretches(int count)
    {
        int stretch = Math.Max(LeastLossStretch, Ceiling(count, MostLossBlocks));
        return (Ceiling(count, stretch), stretch);
    }
}
