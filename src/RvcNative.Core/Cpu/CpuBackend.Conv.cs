using System.Runtime.Intrinsics;
using RvcNative.Core.Cpu.Convolution;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <summary>Products with the taps of a layer to one channel that are kept at once: of one item at least.</summary>
    private const int MostProducts = 1 << 21;

    /// <summary>Floats of a vector in the convolutions' kernels: 4, 8 or 16; tests set others than the machine's own.</summary>
    internal int ConvLanes { get; init; } = Simd.Width;

    public override void Conv(Tensor x, Tensor w, Tensor? bias, ConvGeometry geometry, ConvEpilogue epilogue, Tensor y)
    {
        if (DepthwiseJob.Serves(geometry, x.Shape[2], y.Shape[2]))
        {
            Depthwise(x, w, bias, geometry, epilogue, y);
            return;
        }

        TapSum sum = new()
        {
            Map = TapMap.Forward(geometry, x.Shape[0], x.Shape[1], y.Shape[1]),
            X = Pointer(x),
            Y = Pointer(y),
            Weights = Pointer(w),
            InChannels = x.Shape[2],
            OutChannels = y.Shape[2],
            Groups = geometry.Groups,
            Epilogue = StoreEpilogue.Of(bias, epilogue),
        };
        SumTaps(sum, ToomCookTiles.OfForward(geometry, x.Shape[0], x.Shape[1], y.Shape[1], x.Shape[2], y.Shape[2]));
    }

    public override void ConvDataGradient(Tensor dy, Tensor w, ConvGeometry geometry, Gradient dx)
    {
        if (dx.Tensor is not { } target) return;
        int skipped = (dy.Shape[0] - target.Shape[0]) * dy.Shape[1] * dy.Shape[2];
        TapSum sum = new()
        {
            Map = TapMap.Backward(geometry, target.Shape[0], target.Shape[1], dy.Shape[1]),
            X = Pointer(dy) + skipped,
            Y = Pointer(target),
            Weights = Pointer(w),
            InChannels = dy.Shape[2],
            OutChannels = target.Shape[2],
            Groups = geometry.Groups,
            Flipped = true,
            Accumulate = dx.Accumulate,
        };
        SumTaps(sum, ToomCookTiles.OfBackward(geometry, target.Shape[0], dy.Shape[1], target.Shape[1], dy.Shape[2], target.Shape[2]));
    }

    public override void ConvWeightGradient(Tensor x, Tensor dy, ConvGeometry geometry, Gradient dw)
    {
        if (dw.Tensor is not { } target) return;
        WeightSums sums = new(x, dy, geometry);
        if (sums.Cin == 1 && geometry is { Across.Kernel: > 1, Transposed: false })
        {
            TapsAsChannelsJob taps = sums.AcrossAsChannels();
            taps.Taps = ThreadScratch.Own.Taps(taps.Count);
            _pool.For(taps.Parts, ref taps);
            sums = sums.OfAcrossAsChannels(taps);
        }

        SumWeights(sums, Pointer(target), dw.Accumulate, ToomCookTiles.OfWeights(geometry, x.Shape[0], x.Shape[1], dy.Shape[1], x.Shape[2], dy.Shape[2]));
    }

    private void SumWeights(in WeightSums sums, float* dw, bool add, ToomCookTiles? tiles)
    {
        switch (ConvLanes)
        {
            case 16 when FitsOneVector(sums.CoutPerGroup): SumWeights<Tile12By1<Lanes16, Vector512<float>>>(sums, dw, add, tiles); break;
            case 16 when FillsFourVectors(sums.CoutPerGroup): SumWeights<Tile6By4<Lanes16, Vector512<float>>>(sums, dw, add, tiles); break;
            case 16: SumWeights<Tile12<Lanes16, Vector512<float>>>(sums, dw, add, tiles); break;
            case 8: SumWeights<Tile6<Lanes8, Vector256<float>>>(sums, dw, add, tiles); break;
            default: SumWeights<Tile6<Lanes4, Vector128<float>>>(sums, dw, add, tiles); break;
        }
    }

    private void Depthwise(Tensor x, Tensor w, Tensor? bias, ConvGeometry geometry, ConvEpilogue epilogue, Tensor y)
    {
        DepthwiseJob job = new()
        {
            X = Pointer(x),
            Weights = Pointer(w),
            Y = Pointer(y),
            Geometry = geometry,
            Batch = x.Shape[0],
            InFrames = x.Shape[1],
            OutFrames = y.Shape[1],
            Channels = y.Shape[2],
            Epilogue = StoreEpilogue.Of(bias, epilogue),
        };
        _pool.For(job.Parts, ref job);
    }

    private void SumWeights<TKernel>(in WeightSums sums, float* dw, bool add, ToomCookTiles? tiles) where TKernel : unmanaged, ITileKernel
    {
        if (tiles is { } form)
        {
            SumWeights<TKernel>(form, sums, dw, add);
            return;
        }

        if (ShiftedWeightSumJob<TKernel>.Serves(sums))
        {
            ShiftedWeightSumJob<TKernel> shifted = new(sums, dw, add, _pool.Threads);
            _pool.For(shifted.Parts, ref shifted);
            return;
        }

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

    /// <summary>Whether one vector of AVX-512 has room for all columns; four of them have loops of their own.</summary>
    private static bool FitsOneVector(int columns) => columns > SixByFour.Columns && columns <= Tile12By1<Lanes16, Vector512<float>>.Columns;

    /// <summary>Whether panels of four vectors of AVX-512 leave less than a seventh of their columns empty, which two vectors fill better.</summary>
    private static bool FillsFourVectors(int columns)
    {
        int panel = Tile6By4<Lanes16, Vector512<float>>.Columns, filled = (columns + panel - 1) / panel * panel;
        return filled - columns < filled / 7;
    }

    private void SumTaps(in TapSum sum, ToomCookTiles? tiles = null)
    {
        switch (ConvLanes)
        {
            case 16 when FitsOneVector(sum.OutChannels / sum.Groups): SumTaps<Tile12By1<Lanes16, Vector512<float>>>(sum, tiles); break;
            case 16 when FillsFourVectors(sum.OutChannels / sum.Groups): SumTaps<Tile6By4<Lanes16, Vector512<float>>>(sum, tiles); break;
            case 16: SumTaps<Tile12<Lanes16, Vector512<float>>>(sum, tiles); break;
            case 8: SumTaps<Tile6<Lanes8, Vector256<float>>>(sum, tiles); break;
            default: SumTaps<Tile6<Lanes4, Vector128<float>>>(sum, tiles); break;
        }
    }

    private void SumTaps<TKernel>(in TapSum sum, ToomCookTiles? tiles) where TKernel : unmanaged, ITileKernel
    {
        if (tiles is { } form)
        {
            SumTaps<TKernel>(form, sum);
        }
        else if (sum.Map.Kernel > 1 && sum.InChannels == 1)
        {
            TapsAsChannelsJob taps = sum.TapsAsChannels();
            taps.Taps = ThreadScratch.Own.Taps(taps.Count);
            _pool.For(taps.Parts, ref taps);
            MultiplyRows<TKernel>(sum.OfTapsAsChannels(taps));
        }
        else if (sum.Map.Kernel > 1 && sum.OutChannels == 1)
        {
            SumToOneChannel<TKernel>(sum);
        }
        else
        {
            MultiplyRows<TKernel>(sum);
        }
    }

    private void SumToOneChannel<TKernel>(in TapSum sum) where TKernel : unmanaged, ITileKernel
    {
        long perItem = (long)sum.Map.InFrames / sum.Map.Batch * sum.Map.Kernel;
        int atOnce = (int)Math.Clamp(MostProducts / perItem, 1, sum.Map.Batch);
        float* products = ThreadScratch.Own.Taps(perItem * atOnce);
        for (int item = 0; item < sum.Map.Batch; item += atOnce)
        {
            int items = Math.Min(atOnce, sum.Map.Batch - item);
            MultiplyRows<TKernel>(sum.ProductsWithTaps(products, item, items));
            SumOfTapsJob last = new(sum, products, item, items);
            _pool.For(last.Parts, ref last);
        }
    }

    private void MultiplyRows<TKernel>(in TapSum sum) where TKernel : unmanaged, ITileKernel
    {
        RowSumJob<TKernel> job = new(sum, ThreadScratch.Own);
        PackWeightsJob<TKernel> pack = job.PackWeights;
        _pool.For(pack.Parts, ref pack);
        _pool.For(job.Split(_pool.Threads), ref job);
    }
}
