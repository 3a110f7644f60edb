using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    private const int MostWeightBlocks = 64;

    public override void WeightNorm(Tensor v, Tensor g, bool perInput, Tensor w, Tensor norm)
    {
        KernelArgument sums = SumOfProducts(v, v, perInput);
        Launch(Kernels.WeightNorm, Each(v.Count), v, g, sums, w, norm, perInput, v.Shape[1], v.Shape[2], v.Count);
    }

    public override void WeightNormBackward(Tensor v, Tensor g, bool perInput, Tensor norm, Tensor dw, Gradient dv, Gradient dg)
    {
        if (!dv.Wanted && !dg.Wanted) return;
        KernelArgument sums = SumOfProducts(dw, v, perInput);
        Launch(Kernels.WeightNormBackward, Each(v.Count), v, g, norm, dw, sums, dv.Tensor, dg.Tensor, perInput, v.Shape[1], v.Shape[2], v.Count, dv.Accumulate, dg.Accumulate);
    }

    /// <summary>sums [O] or [I] = sum over the other axes of [K,I,O] of a * b.</summary>
    private KernelArgument SumOfProducts(Tensor a, Tensor b, bool perInput)
    {
        (int taps, int inputs, int outputs) = (a.Shape[0], a.Shape[1], a.Shape[2]);
        int rows = taps * inputs, stretch = Math.Max(Kernels.SumRows, Ceiling(rows, MostWeightBlocks)), blocks = Ceiling(rows, stretch);
        long sumBytes = (long)(perInput ? inputs : outputs) * WideBytes;
        DeviceStorage scratch = Scratch(sumBytes + ((long)blocks * outputs * WideBytes));
        KernelArgument sums = KernelArgument.Of(scratch, 0, WideBytes), partial = KernelArgument.Of(scratch, sumBytes, WideBytes);
        if (perInput)
        {
            Launch(Kernels.WeightInputSums, new Grid(inputs), a, b, sums, taps, inputs, outputs);
            return sums;
        }

        Launch(Kernels.WeightOutputSums, Each(outputs, blocks), a, b, partial, rows, outputs, stretch);
        Launch(Kernels.WeightOutputTotal, Each(outputs), partial, sums, outputs, blocks);
        return sums;
    }
}
