using System.Numerics;
using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    private const int StretchRows = 1024, MostEpilogueBlocks = 256;
    private const long MostPartialBytes = 64 << 20;

    public override void Conv(Tensor x, Tensor w, Tensor? bias, ConvGeometry geometry, ConvEpilogue epilogue, Tensor y)
    {
        ConvRows rows = new(geometry, x.Shape[0], x.Shape[1], y.Shape[1], geometry.Transposed);
        SumTaps(rows, x, w, bias, epilogue, x.Shape[2], y, y.Shape[2], flipped: false, accumulate: false);
    }

    public override void ConvDataGradient(Tensor dy, Tensor w, ConvGeometry geometry, Gradient dx)
    {
        if (dx.Tensor is not { } target) return;
        int items = target.Shape[0];
        ConvRows rows = new(geometry, items, dy.Shape[1], target.Shape[1], !geometry.Transposed);
        SumTaps(rows, Tail(dy, items), w, null, ConvEpilogue.Plain, dy.Shape[2], target, target.Shape[2], flipped: true, dx.Accumulate);
    }

    public override void ConvWeightGradient(Tensor x, Tensor dy, ConvGeometry geometry, Gradient dw)
    {
        if (dw.Tensor is not { } target) return;
        bool transposed = geometry.Transposed;
        (Tensor fine, Tensor coarse) = transposed ? (dy, x) : (x, dy);
        int items = dy.Shape[0], period = geometry.Period, fineChannels = fine.Shape[2], coarseChannels = coarse.Shape[2];
        int fineGroup = fineChannels / geometry.Groups, coarseGroup = coarseChannels / geometry.Groups;
        int frames = items * coarse.Shape[1], results = geometry.Kernel * fineGroup;

        // The number of stretches depends on the shape alone, as does every sum.
        int most = (int)Math.Max(1, MostPartialBytes / (sizeof(float) * (long)target.Count));
        int stretch = Ceiling(Ceiling(frames, Math.Min(most, Ceiling(frames, StretchRows))), ConvTile.Depth) * ConvTile.Depth, splits = Ceiling(frames, stretch);
        KernelArgument to = splits == 1 ? target : KernelArgument.Of(Scratch(sizeof(float) * (long)splits * target.Count), 0, sizeof(float));
        (int atTap, int atFine, int atCoarse) = transposed
            ? (fineChannels * coarseChannels, 1, fineChannels)
            : (fineGroup * coarseChannels, coarseChannels, 1);
        ConvTile tile = TileFor(coarseGroup);
        Launch(tile.Weight, new Grid(Ceiling(results, tile.Rows), Ceiling(coarseGroup, tile.Columns), geometry.Groups * splits), Tail(fine, items), Tail(coarse, items), to,
            splits == 1 && dw.Accumulate, items, period, fine.Shape[1] / period, coarse.Shape[1] / period, fineChannels, coarseChannels, geometry.Groups, geometry.Kernel,
            geometry.Stride, geometry.Dilation, geometry.PadLeft, atTap, atFine, atCoarse, stretch, target.Count);
        if (splits > 1) AddPartialSums(to, 1, splits, target.Count, target, target.Count, dw.Accumulate);
    }

    public override void ConvEpilogueBackward(Tensor y, ConvEpilogue epilogue, Tensor dy, Gradient dresidual, Gradient dbias)
    {
        int channels = dy.Shape[^1], rows = dy.Count / channels;
        int stretch = Math.Max(Kernels.SumRows, Ceiling(rows, MostEpilogueBlocks)), blocks = Ceiling(rows, stretch);
        KernelArgument partial = dbias.Wanted ? KernelArgument.Of(Scratch(sizeof(float) * (long)blocks * channels), 0, sizeof(float)) : default(Tensor);
        KernelArgument of = epilogue.Activation == Activation.None ? default(Tensor) : y;
        Launch(Kernels.ConvEpilogueBackward, Each(channels, blocks), dy, of, epilogue.Mask, dresidual.Tensor, partial, Code(epilogue.Activation), epilogue.Slope, rows, channels, stretch,
            rows - ((dresidual.Tensor?.Count ?? 0) / channels), dresidual.Accumulate);
        if (dbias.Tensor is { } bias) AddPartialSums(partial, 1, blocks, channels, bias, channels, dbias.Accumulate);
    }

    private void SumTaps(
        in ConvRows rows, KernelArgument x, Tensor w, Tensor? bias, ConvEpilogue epilogue, int inChannels, Tensor y, int outChannels, bool flipped, bool accumulate)
    {
        ConvGeometry geometry = rows.Geometry;
        int groups = geometry.Groups, inGroup = inChannels / groups, outGroup = outChannels / groups;
        ConvTile tile = TileFor(outGroup);
        Grid grid = new(Ceiling(rows.LargestPhase, tile.Rows), Ceiling(outGroup, tile.Columns), groups * rows.Phases);
        Launch(tile.Sum(flipped, inGroup % ConvTile.Depth == 0), grid, x, w, bias, epilogue.Residual, epilogue.Mask, y, Code(epilogue.Activation), epilogue.Slope, accumulate, rows.Batch,
            geometry.Period, rows.InRows, rows.OutRows, inChannels, outChannels, groups, geometry.Kernel, geometry.Stride, geometry.Dilation, geometry.PadLeft, rows.ToFine, rows.TapStep,
            rows.InTapStep);
    }

    private static ConvTile TileFor(int columns)
    {
        foreach (ConvTile tile in Kernels.ConvTiles)
        {
            if (columns <= tile.Columns) return tile;
        }

        return Kernels.ConvTiles[^1];
    }

    private static int Code(Activation activation) => activation switch
    {
        Activation.None => 0,
        Activation.LeakyRelu => 1,
        Activation.Tanh => 2,
        _ => throw new ArgumentException($"conv: the activation {activation} has no kernel"),
    };

    /// <summary>Which rows a sum reads and writes: coarse from fine ones, or fine from coarse ones in phases modulo the stride (conv.cu).</summary>
    private readonly struct ConvRows
    {
        internal ConvRows(ConvGeometry geometry, int batch, int inFrames, int outFrames, bool toFine)
        {
            (Geometry, Batch, ToFine) = (geometry, batch, toFine);
            (InRows, OutRows) = (inFrames / geometry.Period, outFrames / geometry.Period);
            int common = toFine ? (int)BigInteger.GreatestCommonDivisor(geometry.Stride, geometry.Dilation) : 1;
            (TapStep, InTapStep) = toFine ? (geometry.Stride / common, -geometry.Dilation / common) : (1, geometry.Dilation);
            Phases = toFine ? Math.Min(geometry.Stride, OutRows) : 1;
        }

        internal ConvGeometry Geometry { get; }

        internal int Batch { get; }

        internal bool ToFine { get; }

        internal int InRows { get; }

        internal int OutRows { get; }

        internal int TapStep { get; }

        internal int InTapStep { get; }

        internal int Phases { get; }

        /// <summary>Results of the first phase, which has the most.</summary>
        internal int LargestPhase => Batch * Geometry.Period * (ToFine ? ((OutRows - 1) / Geometry.Stride) + 1 : OutRows);
    }
}
