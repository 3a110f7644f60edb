using System.Runtime.Intrinsics;
using RvcNative.Core.Cpu.Convolution;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <summary>Floats of a vector in the convolutions' kernels: 4, 8 or 16; tests set others than the machine's own.</summary>
    internal int ConvLanes { get; init; } = Simd.Width;

    public override void Conv(Tensor x, Tensor w, Tensor? bias, ConvGeometry geometry, ConvEpilogue epilogue, Tensor y)
    {
        TapMap map = new(geometry, x.Shape[0], x.Shape[1], y.Shape[1], geometry.Transposed);
        SumTaps(Pointer(x), x.Shape[2], w, geometry.Groups, false, map, Pointer(y), y.Shape[2], false, StoreEpilogue.Of(bias, epilogue));
    }

    public override void ConvDataGradient(Tensor dy, Tensor w, ConvGeometry geometry, Gradient dx)
    {
        if (dx.Tensor is not { } target) return;
        int skipped = (dy.Shape[0] - target.Shape[0]) * dy.Shape[1] * dy.Shape[2];
        TapMap map = new(geometry, target.Shape[0], dy.Shape[1], target.Shape[1], !geometry.Transposed);
        SumTaps(Pointer(dy) + skipped, dy.Shape[2], w, geometry.Groups, true, map, Pointer(target), target.Shape[2], dx.Accumulate, default);
    }

    public override void ConvWeightGradient(Tensor x, Tensor dy, ConvGeometry geometry, Gradient dw)
    {
        if (dw.Tensor is not { } target) return;
        WeightSums sums = new(x, dy, geometry);
        switch (ConvLanes)
        {
            case 16: SumWeights<Tile12<Lanes16, Vector512<float>>>(sums, Pointer(target), dw.Accumulate); break;
            case 8: SumWeights<Tile6<Lanes8, Vector256<float>>>(sums, Pointer(target), dw.Accumulate); break;
            default: SumWeights<Tile6<Lanes4, Vector128<float>>>(sums, Pointer(target), dw.Accumulate); break;
        }
    }

    private void SumWeights<TKernel>(in WeightSums sums, float* dw, bool add) where TKernel : unmanaged, ITileKernel
    {
        if (sums.IsWide)
        {
            PackedWeightSumJob<TKernel> packed = new(sums, dw, add, _pool.Threads);
            _pool.For(packed.Parts, ref packed);
            return;
        }

        StridedWeightSumJob<TKernel> strided = new(sums, dw, ThreadScratch.Own, _pool.Threads) { Accumulate = add };
        _pool.For(strided.Parts, ref strided);
        if (strided.Chunks == 1) return;
        ChunkSumJob total = new() { Partials = strided.Partials, To = dw, Chunks = strided.Chunks, Count = sums.Count, Accumulate = add };
        _pool.For(total.Parts, ref total);
    }

    private void SumTaps(float* x, int inChannels, Tensor w, int groups, bool flipped, in TapMap map, float* y, int outChannels, bool add, in StoreEpilogue epilogue)
    {
        switch (ConvLanes)
        {
            case 16: SumTaps<Tile12<Lanes16, Vector512<float>>>(x, inChannels, w, groups, flipped, map, y, outChannels, add, epilogue); break;
            case 8: SumTaps<Tile6<Lanes8, Vector256<float>>>(x, inChannels, w, groups, flipped, map, y, outChannels, add, epilogue); break;
            default: SumTaps<Tile6<Lanes4, Vector128<float>>>(x, inChannels, w, groups, flipped, map, y, outChannels, add, epilogue); break;
        }
    }

    private void SumTaps<TKernel>(float* x, int inChannels, Tensor w, int groups, bool flipped, in TapMap map, float* y, int outChannels, bool add,
        in StoreEpilogue epilogue) where TKernel : unmanaged, ITileKernel
    {
        RowSumJob<TKernel> job = new()
        {
            X = x, Y = y, Map = map, InChannels = inChannels, OutChannels = outChannels, InWidth = inChannels / groups,
            Weights = new WeightPanels<TKernel>(Pointer(w), w.Shape[1], w.Shape[2], groups, flipped), Accumulate = add, Epilogue = epilogue,
        };
        _pool.For(job.Split(_pool.Threads), ref job);
    }
}
