using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RvcNative.Core.Cpu.Convolution;

namespace RvcNative.Core.Cpu;

/// <summary>Elements (row, column) of a matrix at rows * rowStride + columns * columnStride; a transposed matrix has the strides exchanged.</summary>
internal readonly unsafe struct Strided(float* first, int rowStride, int columnStride)
{
    public float* First => first;

    public int RowStride => rowStride;

    public int ColumnStride => columnStride;

    public float* At(int row) => first + ((long)row * rowStride);

    public Strided From(int row) => new(At(row), rowStride, columnStride);
}

/// <summary>
/// Matrix products for attention: the right side is packed into panels two vectors wide, 6 rows of the left side meet a panel in 12
/// accumulators. Sums over more than <see cref="ProductDepth"/> terms are added up from blocks, which keeps a panel in the first cache
/// and the rounding error low.
/// </summary>
internal static unsafe partial class Simd
{
    private const int ProductRows = 6;
    private const int ProductDepth = 128;

    /// <summary>Columns of a panel.</summary>
    internal static int PanelWidth => 2 * Width;

    /// <summary>Floats that <see cref="Pack"/> writes.</summary>
    internal static long PackedCount(int k, int n) => (long)(n + PanelWidth - 1) / PanelWidth * PanelWidth * k;

    /// <summary>Panels [ceil(N / width)][K][width] of b [K,N], zeros behind its last column.</summary>
    internal static void Pack(Strided b, int k, int n, float* panels)
    {
        int width = PanelWidth;
        for (int column = 0; column < n; column += width)
        {
            int count = Math.Min(width, n - column);
            if (count < width) new Span<float>(panels, k * width).Clear();
            float* from = b.First + ((long)column * b.ColumnStride);
            if (b.ColumnStride == 1)
            {
                for (int row = 0; row < k; row++) Map(new Copy(), from + ((long)row * b.RowStride), panels + (row * width), count);
            }
            else
            {
                for (int lane = 0; lane < count; lane++)
                {
                    float* source = from + ((long)lane * b.ColumnStride);
                    for (int row = 0; row < k; row++) panels[(row * width) + lane] = source[(long)row * b.RowStride];
                }
            }

            panels += k * width;
        }
    }

    /// <summary>c [M,N] = or += scale * a [M,K] b [K,N], b packed, c's rows <paramref name="stride"/> apart.</summary>
    internal static void Product(Strided a, float* b, int m, int n, int k, float scale, float* c, int stride, bool accumulate)
    {
        if (Vector512.IsHardwareAccelerated) Product<Lanes16, Vector512<float>>(a, b, m, n, k, scale, c, stride, accumulate);
        else if (Vector256.IsHardwareAccelerated) Product<Lanes8, Vector256<float>>(a, b, m, n, k, scale, c, stride, accumulate);
        else Product<Lanes4, Vector128<float>>(a, b, m, n, k, scale, c, stride, accumulate);
    }

    private static void Product<TLanes, TVector>(Strided a, float* b, int m, int n, int k, float scale, float* c, int stride, bool accumulate)
        where TLanes : ILanes<TVector> where TVector : unmanaged
    {
        int width = 2 * TLanes.Count;
        float* tile = stackalloc float[ProductRows * width];
        for (int depth = 0; depth < k; depth += ProductDepth)
        {
            int terms = Math.Min(ProductDepth, k - depth);
            bool add = accumulate || depth > 0;
            for (int column = 0; column < n; column += width)
            {
                float* panel = b + ((long)column * k) + (depth * width);
                for (int row = 0; row < m; row += ProductRows)
                {
                    Strided rows = new(a.At(row) + ((long)depth * a.ColumnStride), a.RowStride, a.ColumnStride);
                    float* to = c + ((long)row * stride) + column;
                    if (m - row >= ProductRows && n - column >= width)
                    {
                        Tile<TLanes, TVector>(rows, ProductRows, panel, terms, scale, to, stride, add);
                        continue;
                    }

                    int countRows = Math.Min(ProductRows, m - row), columns = Math.Min(width, n - column);
                    Tile<TLanes, TVector>(rows, countRows, panel, terms, scale, tile, width, accumulate: false);
                    for (int r = 0; r < countRows; r++) Map(new Copy(), tile + (r * width), to + ((long)r * stride), columns, add);
                }
            }
        }
    }

    /// <summary>Six rows times a panel; of fewer rows the last is repeated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile<TLanes, TVector>(Strided a, int rows, float* panel, int terms, float scale, float* c, int stride, bool accumulate)
        where TLanes : ILanes<TVector> where TVector : unmanaged
    {
        float* a0 = a.First, a1 = a.At(Math.Min(1, rows - 1)), a2 = a.At(Math.Min(2, rows - 1));
        float* a3 = a.At(Math.Min(3, rows - 1)), a4 = a.At(Math.Min(4, rows - 1)), a5 = a.At(Math.Min(5, rows - 1));
        TVector x0 = default, x1 = default, x2 = default, x3 = default, x4 = default, x5 = default;
        TVector y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default;
        long at = 0;
        for (int term = 0; term < terms; term++, at += a.ColumnStride, panel += 2 * TLanes.Count)
        {
            TVector left = TLanes.Load(panel), right = TLanes.Load(panel + TLanes.Count);
            TVector factor = TLanes.Broadcast(a0[at]);
            (x0, y0) = (TLanes.MultiplyAdd(factor, left, x0), TLanes.MultiplyAdd(factor, right, y0));
            factor = TLanes.Broadcast(a1[at]);
            (x1, y1) = (TLanes.MultiplyAdd(factor, left, x1), TLanes.MultiplyAdd(factor, right, y1));
            factor = TLanes.Broadcast(a2[at]);
            (x2, y2) = (TLanes.MultiplyAdd(factor, left, x2), TLanes.MultiplyAdd(factor, right, y2));
            factor = TLanes.Broadcast(a3[at]);
            (x3, y3) = (TLanes.MultiplyAdd(factor, left, x3), TLanes.MultiplyAdd(factor, right, y3));
            factor = TLanes.Broadcast(a4[at]);
            (x4, y4) = (TLanes.MultiplyAdd(factor, left, x4), TLanes.MultiplyAdd(factor, right, y4));
            factor = TLanes.Broadcast(a5[at]);
            (x5, y5) = (TLanes.MultiplyAdd(factor, left, x5), TLanes.MultiplyAdd(factor, right, y5));
        }

        StorePair<TLanes, TVector>(x0, y0, scale, c, accumulate);
        StorePair<TLanes, TVector>(x1, y1, scale, c + stride, accumulate);
        StorePair<TLanes, TVector>(x2, y2, scale, c + (2L * stride), accumulate);
        StorePair<TLanes, TVector>(x3, y3, scale, c + (3L * stride), accumulate);
        StorePair<TLanes, TVector>(x4, y4, scale, c + (4L * stride), accumulate);
        StorePair<TLanes, TVector>(x5, y5, scale, c + (5L * stride), accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePair<TLanes, TVector>(TVector left, TVector right, float scale, float* c, bool accumulate)
        where TLanes : ILanes<TVector> where TVector : unmanaged
    {
        TVector factor = TLanes.Broadcast(scale);
        TVector beforeLeft = accumulate ? TLanes.Load(c) : default, beforeRight = accumulate ? TLanes.Load(c + TLanes.Count) : default;
        TLanes.Store(TLanes.MultiplyAdd(left, factor, beforeLeft), c);
        TLanes.Store(TLanes.MultiplyAdd(right, factor, beforeRight), c + TLanes.Count);
    }
}
