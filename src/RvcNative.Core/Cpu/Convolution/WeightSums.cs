using System.Runtime.Intrinsics;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// What both ways to a weight gradient share: dw[k][ci][co] is a sum over coarse rows c (frames of dy; of x when transposed) of a row of x
/// times a row of dy, of which one is row c and the other row c*stride + k*dilation - padLeft.
/// </summary>
internal readonly unsafe struct WeightSums
{
    internal readonly float* X, Dy;
    internal readonly int Cin, Cout, Groups, Kernel, Batch, Period, CoarseRows, FineRows, Stride;
    internal readonly bool Transposed;
    private readonly int _dilation, _padLeft;

    internal WeightSums(Tensor x, Tensor dy, in ConvGeometry geometry)
    {
        X = CpuBackend.Pointer(x);
        Dy = CpuBackend.Pointer(dy);
        (Cin, Cout, Groups, Kernel, Batch, Period) = (x.Shape[2], dy.Shape[2], geometry.Groups, geometry.Kernel, x.Shape[0], geometry.Period);
        (Stride, Transposed, _dilation, _padLeft) = (geometry.Stride, geometry.Transposed, geometry.Dilation, geometry.PadLeft);
        (CoarseRows, FineRows) = ((Transposed ? x : dy).Shape[1] / Period, (Transposed ? dy : x).Shape[1] / Period);
    }

    internal int CinPerGroup => Cin / Groups;

    internal int CoutPerGroup => Cout / Groups;

    internal int Count => Kernel * CinPerGroup * Cout;

    /// <summary>Whether packing pays: so many channels on both sides that each packed one meets many others, and rows lie far apart.</summary>
    internal bool IsWide => Groups == 1 && Math.Min(Cin, Cout) >= 96 && Cin + Cout >= 384;

    /// <summary>The fine row that tap k of coarse row 0 meets.</summary>
    internal int Shift(int tap) => (tap * _dilation) - _padLeft;

    /// <summary>The coarse rows, of those below <paramref name="coarse"/>, whose fine row c*stride + shift is inside.</summary>
    internal static (int From, int To) Inside(int shift, int stride, int coarse, int fine)
    {
        int from = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        int to = shift >= fine ? 0 : ((fine - 1 - shift) / stride) + 1;
        return (from, Math.Max(from, Math.Min(to, coarse)));
    }

    /// <summary>Copies four, six or twelve channels.</summary>
    internal static void Copy(float* from, int count, float* to)
    {
        for (; count >= 4; count -= 4, from += 4, to += 4) Vector128.Store(Vector128.Load(from), to);
        if (count == 2) *(ulong*)to = *(ulong*)from;
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
