using RvcNative.Core.Cpu.Convolution;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override int ConvRowsTogether(ConvGeometry geometry, int inChannels, int outChannels) =>
        ToomCookTiles.FormOf(geometry, inChannels, outChannels) is { } form ? form.Outputs * geometry.Dilation : 1;

    /// <summary>Forward and data gradient: tiles and weights to the form's points, a convolution over tiles for each, and back.</summary>
    private void SumTaps(in ToomCookTiles tiles, in TapSum sum)
    {
        int points = tiles.Form.Points, weightCount = sum.InChannels * sum.OutChannels, atOnce = tiles.ItemsAtOnce(sum.InChannels, sum.OutChannels);
        long inCount = (long)tiles.InTiles * sum.InChannels, outCount = (long)tiles.OutTiles * sum.OutChannels;
        ThreadScratch scratch = ThreadScratch.Own;
        float* inputs = scratch.MixedInputs(points * atOnce * inCount), products = scratch.Products(points * atOnce * outCount);
        float* weights = scratch.MixedWeights((long)points * tiles.Kernels * weightCount);
        MixWeightsJob mixWeights = new() { Weights = sum.Weights, To = weights, Tiles = tiles, Count = weightCount, Backwards = sum.Flipped };
        _pool.For(mixWeights.Parts, ref mixWeights);
        for (int item = 0; item < tiles.Batch; item += atOnce)
        {
            int items = Math.Min(atOnce, tiles.Batch - item);
            MixInputs(tiles, sum.X + ((long)item * tiles.InFrames * sum.InChannels), items, sum.InChannels, inputs);
            for (int p = 0; p < points; p++)
            {
                SumTaps(new TapSum
                {
                    Map = TapMap.Forward(tiles.OverTiles, items, tiles.InTiles, tiles.OutTiles),
                    X = inputs + (p * items * inCount),
                    Y = products + (p * items * outCount),
                    Weights = weights + ((long)p * tiles.Kernels * weightCount),
                    InChannels = sum.InChannels,
                    OutChannels = sum.OutChannels,
                    Groups = 1,
                    Flipped = sum.Flipped,
                });
            }

            FramesOfProductsJob frames = new()
            {
                Products = products,
                Y = sum.Y,
                Tiles = tiles,
                First = item,
                Items = items,
                Channels = sum.OutChannels,
                Accumulate = sum.Accumulate,
                Epilogue = sum.Epilogue,
            };
            _pool.For(frames.Parts, ref frames);
        }
    }

    /// <summary>The weight gradient: the transpose of the forward pass in its weights.</summary>
    private void SumWeights(in ToomCookTiles tiles, float* x, int inChannels, float* dy, int outChannels, float* dw, bool add)
    {
        int points = tiles.Form.Points, weightCount = inChannels * outChannels, atOnce = tiles.ItemsAtOnce(inChannels, outChannels);
        long inCount = (long)tiles.InTiles * inChannels, outCount = (long)tiles.OutTiles * outChannels;
        ThreadScratch scratch = ThreadScratch.Own;
        float* inputs = scratch.MixedInputs(points * atOnce * inCount), gradients = scratch.Products(points * atOnce * outCount);
        float* weights = scratch.MixedWeights((long)points * tiles.Kernels * weightCount);
        for (int item = 0; item < tiles.Batch; item += atOnce)
        {
            int items = Math.Min(atOnce, tiles.Batch - item);
            MixInputs(tiles, x + ((long)item * tiles.InFrames * inChannels), items, inChannels, inputs);
            MixFramesJob mixGradients = new()
            {
                X = dy + ((long)item * tiles.OutFrames * outChannels),
                To = gradients,
                Factors = tiles.Form.OutputTransposed,
                Batch = items,
                Frames = tiles.OutFrames,
                Channels = outChannels,
                Tiles = tiles.OutTiles,
                Columns = tiles.Columns,
                RowsOfTile = tiles.Form.Outputs,
                Inputs = tiles.Form.Outputs,
                Points = points,
            };
            _pool.For(mixGradients.Parts, ref mixGradients);
            for (int p = 0; p < points; p++)
            {
                WeightSums sums = new(tiles, items, inputs + (p * items * inCount), inChannels, gradients + (p * items * outCount), outChannels);
                SumWeights(sums, weights + ((long)p * tiles.Kernels * weightCount), item > 0);
            }
        }

        GradientOfTapsJob taps = new() { AtPoints = weights, Dw = dw, Tiles = tiles, Count = weightCount, Accumulate = add };
        _pool.For(taps.Parts, ref taps);
    }

    private void MixInputs(in ToomCookTiles tiles, float* x, int items, int channels, float* to)
    {
        MixFramesJob inputs = new()
        {
            X = x,
            To = to,
            Factors = tiles.Form.Input,
            Batch = items,
            Frames = tiles.InFrames,
            Channels = channels,
            Tiles = tiles.InTiles,
            Columns = tiles.Columns,
            RowsOfTile = tiles.Form.Outputs,
            Shift = tiles.Shift,
            Inputs = tiles.Form.Points,
            Points = tiles.Form.Points,
        };
        _pool.For(inputs.Parts, ref inputs);
    }
}
