using RvcNative.Core.Cpu.Convolution;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override int ConvRowsTogether(ConvGeometry geometry, int inChannels, int outChannels) =>
        ToomCookTiles.RowsTogether(geometry, inChannels, outChannels) is > 1 and int rows ? rows * geometry.Dilation : 1;

    /// <summary>Forward and data gradient.</summary>
    private void SumTaps<TKernel>(in ToomCookTiles tiles, in TapSum sum) where TKernel : unmanaged, ITileKernel
    {
        PackMixedWeightsJob<TKernel> weights = new(tiles, sum, ThreadScratch.Own);
        _pool.For(weights.Parts, ref weights);
        ToomCookSumJob<TKernel> job = new(tiles, sum, weights, _pool.Threads);
        _pool.For(job.Parts, ref job);
    }

    /// <summary>The weight gradient.</summary>
    private void SumWeights<TKernel>(in ToomCookTiles tiles, in WeightSums of, float* dw, bool add) where TKernel : unmanaged, ITileKernel
    {
        long count = ToomCookWeightSumJob<TKernel>.CountOf(tiles, of);
        float* sums = ThreadScratch.Own.AllWeights(count * ToomCookWeightSumJob<TKernel>.ChunksOf(tiles, of));
        ToomCookWeightSumJob<TKernel> job = new(tiles, of, sums, _pool.Threads);
        _pool.For(job.Parts, ref job);
        if (job.Chunks > 1)
        {
            ChunkSumJob total = new() { Partials = sums, To = sums, Chunks = job.Chunks, Count = (int)count };
            _pool.For(total.Parts, ref total);
        }

        GradientOfTapsJob taps = new() { AtPoints = sums, Dw = dw, Tiles = tiles, Count = of.Cin * of.Cout, Accumulate = add };
        _pool.For(taps.Parts, ref taps);
    }
}
