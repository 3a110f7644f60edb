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
        if (map.Kernel > 1 && inChannels == 1)
        {
            // One channel in: with the taps as channels the weights are a [K,Cout] matrix, of either pass.
            TapsAsChannelsJob taps = new() { Map = map, X = x, Taps = ThreadScratch.Own.Taps((long)map.OutFrames * map.Kernel) };
            _pool.For(taps.Parts, ref taps);
            MultiplyRows<TKernel>(taps.Taps, map.Kernel, new(Pointer(w), map.Kernel, outChannels, 1, false), 1, TapMap.Frames(map.OutFrames), y, outChannels, add, epilogue);
        }
        else if (map.Kernel > 1 && outChannels == 1)
        {
            // One channel out: a frame's products with all taps are a [C,K] matrix product; then each result sums its taps.
            SumOfTapsJob sum = new()
            {
                Map = map, Products = ThreadScratch.Own.Taps((long)map.InFrames * map.Kernel), Y = y, Accumulate = add, Epilogue = epilogue,
            };
            MultiplyRows<TKernel>(x, inChannels, new(Pointer(w), map.Kernel, inChannels, 1, true), 1, TapMap.Frames(map.InFrames), sum.Products, map.Kernel, false, default);
            _pool.For(sum.Parts, ref sum);
        }
        else
        {
            MultiplyRows<TKernel>(x, inChannels, new(Pointer(w), w.Shape[1], w.Shape[2], groups, flipped), groups, map, y, outChannels, add, epilogue);
        }
    }

    private void MultiplyRows<TKernel>(float* x, int inChannels, in WeightPanels<TKernel> weights, int groups, in TapMap map, float* y, int outChannels, bool add,
        in StoreEpilogue epilogue) where TKernel : unmanaged, ITileKernel
    {
        RowSumJob<TKernel> job = new()
        {
            X = x, Y = y, Map = map, InChannels = inChannels, OutChannels = outChannels, InWidth = inChannels / groups,
            Weights = weights, Accumulate = add, Epilogue = epilogue,
        };
        _pool.For(job.Split(_pool.Threads), ref job);
    }
}
