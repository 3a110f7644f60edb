using System.Runtime.Intrinsics;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>Rows that are mixed: wherever they lie, or a constant step apart.</summary>
internal unsafe interface IMixedRows
{
    float* this[int row] { get; }
}

internal readonly unsafe struct ScatteredRows(float** rows) : IMixedRows
{
    private readonly float** _rows = rows;

    public float* this[int row] => _rows[row];
}

internal readonly unsafe struct EvenRows(float* first, nint step) : IMixedRows
{
    private readonly float* _first = first;
    private readonly nint _step = step;

    public float* this[int row] => _first + (row * _step);
}

/// <summary>Sums of rows with the factors of a small matrix.</summary>
internal static unsafe class RowMixture
{
    /// <summary>Layers that are mixed have a multiple of so many channels.</summary>
    internal const int Piece = 32;

    /// <summary>to[o] = or += the sum over i of factors[o,i] * rows[i].</summary>
    /// <param name="count">Floats of a row, a multiple of four.</param>
    internal static void Mix<TRows>(TRows rows, int inputs, float* factors, float* to, nint toStep, int outputs, int count, bool add = false) where TRows : struct, IMixedRows
    {
        int done = Simd.Width switch
        {
            16 => Mix<TRows, Lanes16, Vector512<float>>(0, rows, inputs, factors, to, toStep, outputs, count, add),
            8 => Mix<TRows, Lanes8, Vector256<float>>(0, rows, inputs, factors, to, toStep, outputs, count, add),
            _ => 0,
        };
        if (done < count) Mix<TRows, Lanes4, Vector128<float>>(done, rows, inputs, factors, to, toStep, outputs, count, add);
    }

    /// <summary>From the first float on as many as fill vectors, four or one at a time; returns how far it came.</summary>
    private static int Mix<TRows, TLanes, TVector>(int first, TRows rows, int inputs, float* factors, float* to, nint toStep, int outputs, int count, bool add)
        where TRows : struct, IMixedRows where TLanes : ILanes<TVector> where TVector : unmanaged
    {
        int step = TLanes.Count, c = first;
        for (; c <= count - (4 * step); c += 4 * step)
        {
            float* put = to + c, factor = factors;
            for (int o = 0; o < outputs; o++, put += toStep)
            {
                TVector p = default, q = default, r = default, s = default;
                if (add) (p, q, r, s) = (TLanes.Load(put), TLanes.Load(put + step), TLanes.Load(put + (2 * step)), TLanes.Load(put + (3 * step)));
                for (int i = 0; i < inputs; i++, factor++)
                {
                    TVector f = TLanes.Broadcast(*factor);
                    float* row = rows[i] + c;
                    p = TLanes.MultiplyAdd(f, TLanes.Load(row), p);
                    q = TLanes.MultiplyAdd(f, TLanes.Load(row + step), q);
                    r = TLanes.MultiplyAdd(f, TLanes.Load(row + (2 * step)), r);
                    s = TLanes.MultiplyAdd(f, TLanes.Load(row + (3 * step)), s);
                }

                TLanes.Store(p, put);
                TLanes.Store(q, put + step);
                TLanes.Store(r, put + (2 * step));
                TLanes.Store(s, put + (3 * step));
            }
        }

        for (; c <= count - step; c += step)
        {
            float* put = to + c, factor = factors;
            for (int o = 0; o < outputs; o++, put += toStep)
            {
                TVector sum = add ? TLanes.Load(put) : default;
                for (int i = 0; i < inputs; i++, factor++) sum = TLanes.MultiplyAdd(TLanes.Broadcast(*factor), TLanes.Load(rows[i] + c), sum);
                TLanes.Store(sum, put);
            }
        }

        return c;
    }
}
