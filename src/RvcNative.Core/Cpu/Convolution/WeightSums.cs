using System.Runtime.Intrinsics;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// What the ways to a weight gradient share: dw[k][ci][co] is a sum over coarse frames (of dy; of x when transposed) of a row of x times a row of
/// dy, of which one is the frame at row r and column c and the other that at r*stride + k*dilation - padLeft, and likewise across.
/// </summary>
internal unsafe struct WeightSums
{
    internal float* X, Dy;
    internal int Cin, Cout, Groups, Batch;

    /// <summary>The axes' taps, and on each side the picture's rows and columns.</summary>
    internal ConvAxis Down, Across;
    internal int CoarseRows, FineRows, CoarseColumns, FineColumns;
    internal bool Transposed;

    internal WeightSums(Tensor x, Tensor dy, in ConvGeometry geometry)
    {
        X = CpuBackend.Pointer(x);
        Dy = CpuBackend.Pointer(dy);
        (Cin, Cout, Groups, Batch) = (x.Shape[2], dy.Shape[2], geometry.Groups, x.Shape[0]);
        (Down, Across, Transposed) = (geometry.Down, geometry.Across, geometry.Transposed);
        (CoarseColumns, FineColumns) = Transposed ? (geometry.Columns, geometry.OutputColumns) : (geometry.OutputColumns, geometry.Columns);
        (CoarseRows, FineRows) = ((Transposed ? x : dy).Shape[1] / CoarseColumns, (Transposed ? dy : x).Shape[1] / FineColumns);
    }

    internal readonly int Kernel => Down.Kernel * Across.Kernel;

    /// <summary>Whether a tap moves along columns only, so that a whole item is one sequence of frames.</summary>
    internal readonly bool IsDownOnly => Across == ConvAxis.None;

    internal readonly int CinPerGroup => Cin / Groups;

    internal readonly int CoutPerGroup => Cout / Groups;

    internal readonly int Count => Kernel * CinPerGroup * Cout;

    /// <summary>Whether packing pays: so many channels on both sides that each packed one meets many others, and rows lie far apart.</summary>
    internal readonly bool IsWide => Groups == 1 && Math.Min(Cin, Cout) >= 96 && Cin + Cout >= 384;

    /// <summary>Rows of one stretch in registers: a panel of them takes two thirds of the first cache.</summary>
    internal static int Depth<TKernel>() where TKernel : ITileKernel => TKernel.Columns > 32 ? 128 : 256;

    /// <summary>The fine place of an axis that its tap joins to coarse place 0.</summary>
    internal static int Shift(in ConvAxis axis, int tap) => (tap * axis.Dilation) - axis.PadLeft;

    /// <summary>The rows of one input channel with the taps across as channels.</summary>
    internal readonly TapsAsChannelsJob AcrossAsChannels() =>
        new() { Axis = new AxisMap(Across, FineColumns, CoarseColumns, toFine: false), Outer = Batch * FineRows, Inner = 1, X = X };

    /// <summary>The same gradient, [Kdown,Kacross,Cout], of a convolution whose channels are the taps across.</summary>
    internal readonly WeightSums OfAcrossAsChannels(in TapsAsChannelsJob taps) =>
        this with { X = taps.Taps, Cin = Across.Kernel, Across = ConvAxis.None, FineColumns = CoarseColumns };

    /// <summary>The coarse places, of those below <paramref name="coarse"/>, whose fine place c*stride + shift is inside.</summary>
    internal static (int From, int To) Inside(int shift, int stride, int coarse, int fine)
    {
        int from = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        int to = shift >= fine ? 0 : ((fine - 1 - shift) / stride) + 1;
        return (from, Math.Max(from, Math.Min(to, coarse)));
    }

    /// <summary>Columns of one row of <paramref name="rows"/> into their panels, each [row][column]; zeros where the last panel sticks out.</summary>
    internal static void Spread<TKernel>(float* from, int columns, int rows, int row, float* to) where TKernel : ITileKernel
    {
        to += row * TKernel.Columns;
        for (; columns >= TKernel.Columns; columns -= TKernel.Columns, from += TKernel.Columns, to += (nint)rows * TKernel.Columns) TKernel.Copy(from, to);
        if (columns == 0) return;
        for (int i = 0; i < TKernel.Columns; i++) to[i] = i < columns ? from[i] : 0;
    }

    /// <summary>Adds a tile, of which some rows and columns may stick out, to the weights' sums.</summary>
    internal static void Tile<TKernel>(
        int height, int rows, int width, float* a, nint aStep, float* b, nint bStep, nint count, float* to, nint toStep, bool add)
        where TKernel : ITileKernel
    {
        if (rows < height || width < TKernel.Columns)
        {
            float* sums = stackalloc float[TKernel.Rows * TKernel.Columns];
            Tile<TKernel>(height, a, aStep, b, bStep, count, sums, TKernel.Columns, false);
            for (int i = 0; i < rows; i++, sums += TKernel.Columns, to += toStep)
            {
                for (int j = 0; j < width; j++) to[j] = add ? to[j] + sums[j] : sums[j];
            }
        }
        else
        {
            Tile<TKernel>(height, a, aStep, b, bStep, count, to, toStep, add);
        }
    }

    private static void Tile<TKernel>(int height, float* a, nint aStep, float* b, nint bStep, nint count, float* to, nint toStep, bool add)
        where TKernel : ITileKernel
    {
        if (height == TKernel.Rows) TKernel.RowsTimesRows(a, aStep, b, bStep, count, to, toStep, add);
        else TKernel.FourRowsTimesRows(a, aStep, b, bStep, count, to, toStep, add);
    }
}
