using System.Numerics;
using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    private const int StretchFrames = 1024, MostEpilogueBlocks = 256;
    private const long MostPartialBytes = 64 << 20;

    public override double OperandRounding => _precision.Rounding();

    public override void Conv(Tensor x, Tensor w, Tensor? bias, ConvGeometry geometry, ConvEpilogue epilogue, Tensor y)
    {
        if (PlanFor(ConvPass.Forward, x, y, w, geometry) is not { } plan)
        {
            OwnConv(x, w, bias, geometry, epilogue, y);
            return;
        }

        Run(plan, SumOf(ConvPass.Forward, x, y, geometry), x, w, y, accumulate: false);
        bool isPlain = bias is null && epilogue is { Activation: Activation.None, Residual: null, Mask: null };
        if (!isPlain) Epilogue(y, bias, epilogue);
    }

    public override void ConvDataGradient(Tensor dy, Tensor w, ConvGeometry geometry, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        if (PlanFor(ConvPass.DataGradient, to, dy, w, geometry) is not { } plan) OwnDataGradient(dy, w, geometry, to, dx.Accumulate);
        else Run(plan, SumOf(ConvPass.DataGradient, to, dy, geometry), Tail(dy, to.Shape[0]), w, to, dx.Accumulate);
    }

    public override void ConvWeightGradient(Tensor x, Tensor dy, ConvGeometry geometry, Gradient dw)
    {
        if (dw.Tensor is not { } to) return;
        if (PlanFor(ConvPass.WeightGradient, x, dy, to, geometry) is not { } plan)
        {
            OwnWeightGradient(x, dy, geometry, to, dw.Accumulate);
            return;
        }

        ConvSum sum = SumOf(ConvPass.WeightGradient, x, dy, geometry);
        Run(plan, sum, Tail(x, sum.Batch), Tail(dy, sum.Batch), to, dw.Accumulate);
    }

    private void OwnConv(Tensor x, Tensor w, Tensor? bias, ConvGeometry geometry, ConvEpilogue epilogue, Tensor y) =>
        SumTaps(ConvSides.Of(geometry, x.Shape[1], y.Shape[1], geometry.Transposed), geometry, x.Shape[0], Any(x), TypeOf(x), w, bias, epilogue, x.Shape[2], y, flipped: false, accumulate: false);

    private void OwnDataGradient(Tensor dy, Tensor w, ConvGeometry geometry, Tensor dx, bool accumulate)
    {
        ConvSides sides = ConvSides.Of(geometry, dx.Shape[1], dy.Shape[1], !geometry.Transposed).Turned;
        SumTaps(sides, geometry, dx.Shape[0], Tail(dy, dx.Shape[0]), TypeOf(dy), w, null, ConvEpilogue.Plain, dy.Shape[2], dx, flipped: true, accumulate);
    }

    private void OwnWeightGradient(Tensor x, Tensor dy, ConvGeometry geometry, Tensor target, bool accumulate)
    {
        bool transposed = geometry.Transposed;
        (Tensor fine, Tensor coarse) = transposed ? (dy, x) : (x, dy);
        ConvSides sides = ConvSides.Of(geometry, x.Shape[1], dy.Shape[1], toFine: false);
        if (transposed) sides = sides.Turned;
        int items = dy.Shape[0], fineChannels = fine.Shape[2], coarseChannels = coarse.Shape[2];
        int fineGroup = fineChannels / geometry.Groups, coarseGroup = coarseChannels / geometry.Groups;
        int frames = items * coarse.Shape[1], results = geometry.Taps * fineGroup;

        // The number of stretches depends on the shape alone, as does every sum.
        int most = (int)Math.Max(1, MostPartialBytes / (sizeof(float) * (long)target.Count));
        int stretch = Ceiling(Ceiling(frames, Math.Min(most, Ceiling(frames, StretchFrames))), RoundedTile.Depth) * RoundedTile.Depth, splits = Ceiling(frames, stretch);
        KernelArgument to = splits == 1 ? target : KernelArgument.Of(Scratch(sizeof(float) * (long)splits * target.Count), 0, sizeof(float));
        (int atTap, int atFine, int atCoarse) = transposed
            ? (fineChannels * coarseChannels, 1, fineChannels)
            : (fineGroup * coarseChannels, coarseChannels, 1);
        (KernelSpec kernel, int rows, int columns) = RoundedFor(fineGroup, coarseGroup) is { } rounded ? (rounded.Weight, rounded.Rows, rounded.Columns) : PlainWeight(coarseGroup);
        (ConvAxis down, ConvAxis across) = (geometry.Down, geometry.Across);
        Launch(kernel, new Grid(Ceiling(results, rows), Ceiling(coarseGroup, columns), geometry.Groups * splits), Tail(fine, items), TypeOf(fine), Tail(coarse, items),
            TypeOf(coarse), to,
            splits == 1 && accumulate, items, fineChannels, coarseChannels, geometry.Groups, atTap, atFine, atCoarse, stretch, target.Count, sides.InRows, sides.OutRows,
            down.Kernel, down.Stride, down.Dilation, down.PadLeft, sides.InColumns, sides.OutColumns, across.Kernel, across.Stride, across.Dilation, across.PadLeft);
        if (splits > 1) AddPartialSums(to, 1, splits, target.Count, target, target.Count, accumulate);
    }

    public override void ConvEpilogueBackward(Tensor y, ConvEpilogue epilogue, Tensor dy, Gradient dresidual, Gradient dbias)
    {
        int channels = dy.Shape[^1], rows = dy.Count / channels;
        int stretch = Math.Max(Kernels.SumRows, Ceiling(rows, MostEpilogueBlocks)), blocks = Ceiling(rows, stretch);
        KernelArgument partial = dbias.Wanted ? KernelArgument.Of(Scratch(sizeof(float) * (long)blocks * channels), 0, sizeof(float)) : default(Tensor);
        KernelArgument of = epilogue.Activation == Activation.None ? Any(null) : Any(y);
        Launch(Kernels.ConvEpilogueBackward, Each(channels, blocks), Any(dy), TypeOf(dy), of, TypeOf(y), epilogue.Mask, Any(dresidual.Tensor), TypeOf(dresidual.Tensor), partial,
            Code(epilogue.Activation), epilogue.Slope, rows, channels, stretch,
            rows - ((dresidual.Tensor?.Count ?? 0) / channels), dresidual.Accumulate);
        if (dbias.Tensor is { } bias) AddPartialSums(partial, 1, blocks, channels, bias, channels, dbias.Accumulate);
    }

    private void SumTaps(
        ConvSides sides, ConvGeometry geometry, int batch, KernelArgument x, KernelArgument inType, Tensor w, Tensor? bias, ConvEpilogue epilogue, int inChannels, Tensor y, bool flipped, bool accumulate)
    {
        (ConvAxis down, ConvAxis across) = (geometry.Down, geometry.Across);
        int outChannels = y.Shape[2], groups = geometry.Groups, inGroup = inChannels / groups, outGroup = outChannels / groups;
        (int rows, int phasesDown) = sides.Results(down, sides.OutRows);
        (int columns, int phasesAcross) = sides.Results(across, sides.OutColumns);
        (KernelSpec kernel, int tileRows, int tileColumns) = RoundedFor(inGroup, outGroup) is { } rounded
            ? (flipped ? rounded.Flipped : rounded.Forward, rounded.Rows, rounded.Columns)
            : PlainSum(inGroup, outGroup, flipped);
        bool isApart = epilogue.Activation is not (Activation.None or Activation.LeakyRelu);
        (Tensor? residual, Tensor? mask) = isApart ? (null, null) : (epilogue.Residual, epilogue.Mask);
        Grid grid = new(Ceiling(batch * rows * columns, tileRows), Ceiling(outGroup, tileColumns), groups * phasesDown * phasesAcross);
        Launch(kernel, grid, x, inType, w, bias, Any(residual), TypeOf(residual), mask, Any(y), TypeOf(y), epilogue.Activation == Activation.LeakyRelu, epilogue.Slope, accumulate, batch,
            inChannels, outChannels, groups, sides.ToFine, sides.InRows, sides.OutRows, down.Kernel, down.Stride, down.Dilation, down.PadLeft, sides.TapStep(down), sides.InColumns,
            sides.OutColumns, across.Kernel, across.Stride, across.Dilation, across.PadLeft, sides.TapStep(across));
        if (isApart) Epilogue(y, null, epilogue);
    }

    private void Epilogue(Tensor y, Tensor? bias, ConvEpilogue epilogue) => Launch(
        Kernels.ConvEpilogue, Each(y.Count), y, bias, epilogue.Residual, epilogue.Mask, Code(epilogue.Activation), epilogue.Slope, y.Shape[2], y.Count);

    /// <summary>The tile for rounded operands, or null where this precision or these channels of a group have none.</summary>
    private RoundedTile? RoundedFor(int inGroup, int outGroup)
    {
        if (_precision == Precision.F32 || inGroup % RoundedTile.Depth != 0 || outGroup % RoundedTile.Depth != 0) return null;
        RoundedTile[] tiles = Kernels.RoundedTiles[_precision];
        return outGroup <= tiles[0].Columns ? tiles[0] : tiles[1];
    }

    private static (KernelSpec Kernel, int Rows, int Columns) PlainSum(int inGroup, int outGroup, bool flipped)
    {
        ConvTile tile = TileFor(outGroup);
        return (tile.Sum(flipped, inGroup % ConvTile.Depth == 0), tile.Rows, tile.Columns);
    }

    private static (KernelSpec Kernel, int Rows, int Columns) PlainWeight(int outGroup)
    {
        ConvTile tile = TileFor(outGroup);
        return (tile.Weight, tile.Rows, tile.Columns);
    }

    private static ConvTile TileFor(int columns)
    {
        foreach (ConvTile tile in Kernels.ConvTiles)
        {
            if (columns <= tile.Columns) return tile;
        }

        return Kernels.ConvTiles[^1];
    }

    /// <summary>As `activated` in the prelude.</summary>
    private static int Code(Activation activation) => activation switch
    {
        Activation.None => 0,
        Activation.LeakyRelu => 1,
        Activation.Tanh => 2,
        Activation.Gelu => 3,
        Activation.Silu => 4,
        Activation.Sigmoid => 5,
        _ => throw new ArgumentException($"the activation {activation} has no kernel"),
    };

    /// <summary>The pictures that a sum reads and writes; fine results come in phases modulo the stride (conv.cu).</summary>
    private readonly record struct ConvSides(int InRows, int OutRows, int InColumns, int OutColumns, bool ToFine)
    {
        internal ConvSides Turned => this with { InRows = OutRows, OutRows = InRows, InColumns = OutColumns, OutColumns = InColumns };

        internal static ConvSides Of(in ConvGeometry geometry, int frames, int outFrames, bool toFine) =>
            new(frames / geometry.Columns, outFrames / geometry.OutputColumns, geometry.Columns, geometry.OutputColumns, toFine);

        /// <summary>Results of an axis' first phase, which has the most, and its phases.</summary>
        internal (int Places, int Phases) Results(ConvAxis axis, int length) => ToFine ? (((length - 1) / axis.Stride) + 1, Math.Min(axis.Stride, length)) : (length, 1);

        /// <summary>How far apart the taps of a phase are.</summary>
        internal int TapStep(ConvAxis axis) => ToFine ? axis.Stride / (int)BigInteger.GreatestCommonDivisor(axis.Stride, axis.Dilation) : 1;
    }
}
