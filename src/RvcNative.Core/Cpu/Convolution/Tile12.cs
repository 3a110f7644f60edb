namespace RvcNative.Core.Cpu.Convolution;

/// <summary>Twelve rows of two vectors: the tile for the thirty-two registers of AVX-512.</summary>
internal readonly unsafe struct Tile12<TLanes, TVector> : ITileKernel where TLanes : ILanes<TVector> where TVector : unmanaged
{
    public static int Rows => 12;

    public static int Columns => 2 * TLanes.Count;

    public static void Copy(float* from, float* to)
    {
        TLanes.Store(TLanes.Load(from), to);
        TLanes.Store(TLanes.Load(from + TLanes.Count), to + TLanes.Count);
    }

    public static void RowsTimesTaps(float** rows, nint next, nint taps, nint first, nint count, float* b, float** to, nint column, bool add)
    {
        TVector l0 = default, h0 = default, l1 = default, h1 = default, l2 = default, h2 = default;
        TVector l3 = default, h3 = default, l4 = default, h4 = default, l5 = default, h5 = default;
        TVector l6 = default, h6 = default, l7 = default, h7 = default, l8 = default, h8 = default;
        TVector l9 = default, h9 = default, l10 = default, h10 = default, l11 = default, h11 = default;
        for (; taps > 0; taps--)
        {
            float* a0 = rows[0] + first, a1 = rows[1] + first, a2 = rows[2] + first, a3 = rows[3] + first, a4 = rows[4] + first, a5 = rows[5] + first;
            float* a6 = rows[6] + first, a7 = rows[7] + first, a8 = rows[8] + first, a9 = rows[9] + first, a10 = rows[10] + first, a11 = rows[11] + first;
            rows += Rows;
            for (nint c = 0; c < count; c++)
            {
                TVector low = TLanes.Load(b), high = TLanes.Load(b + TLanes.Count);
                b += Columns;
                TVector a = TLanes.Broadcast(a0[c]);
                l0 = TLanes.MultiplyAdd(a, low, l0);
                h0 = TLanes.MultiplyAdd(a, high, h0);
                a = TLanes.Broadcast(a1[c]);
                l1 = TLanes.MultiplyAdd(a, low, l1);
                h1 = TLanes.MultiplyAdd(a, high, h1);
                a = TLanes.Broadcast(a2[c]);
                l2 = TLanes.MultiplyAdd(a, low, l2);
                h2 = TLanes.MultiplyAdd(a, high, h2);
                a = TLanes.Broadcast(a3[c]);
                l3 = TLanes.MultiplyAdd(a, low, l3);
                h3 = TLanes.MultiplyAdd(a, high, h3);
                a = TLanes.Broadcast(a4[c]);
                l4 = TLanes.MultiplyAdd(a, low, l4);
                h4 = TLanes.MultiplyAdd(a, high, h4);
                a = TLanes.Broadcast(a5[c]);
                l5 = TLanes.MultiplyAdd(a, low, l5);
                h5 = TLanes.MultiplyAdd(a, high, h5);
                a = TLanes.Broadcast(a6[c]);
                l6 = TLanes.MultiplyAdd(a, low, l6);
                h6 = TLanes.MultiplyAdd(a, high, h6);
                a = TLanes.Broadcast(a7[c]);
                l7 = TLanes.MultiplyAdd(a, low, l7);
                h7 = TLanes.MultiplyAdd(a, high, h7);
                a = TLanes.Broadcast(a8[c]);
                l8 = TLanes.MultiplyAdd(a, low, l8);
                h8 = TLanes.MultiplyAdd(a, high, h8);
                a = TLanes.Broadcast(a9[c]);
                l9 = TLanes.MultiplyAdd(a, low, l9);
                h9 = TLanes.MultiplyAdd(a, high, h9);
                a = TLanes.Broadcast(a10[c]);
                l10 = TLanes.MultiplyAdd(a, low, l10);
                h10 = TLanes.MultiplyAdd(a, high, h10);
                a = TLanes.Broadcast(a11[c]);
                l11 = TLanes.MultiplyAdd(a, low, l11);
                h11 = TLanes.MultiplyAdd(a, high, h11);
            }
        }

        TileStore<TLanes, TVector>.Put(l0, h0, to[0] + column, add);
        TileStore<TLanes, TVector>.Put(l1, h1, to[1] + column, add);
        TileStore<TLanes, TVector>.Put(l2, h2, to[2] + column, add);
        TileStore<TLanes, TVector>.Put(l3, h3, to[3] + column, add);
        TileStore<TLanes, TVector>.Put(l4, h4, to[4] + column, add);
        TileStore<TLanes, TVector>.Put(l5, h5, to[5] + column, add);
        TileStore<TLanes, TVector>.Put(l6, h6, to[6] + column, add);
        TileStore<TLanes, TVector>.Put(l7, h7, to[7] + column, add);
        TileStore<TLanes, TVector>.Put(l8, h8, to[8] + column, add);
        TileStore<TLanes, TVector>.Put(l9, h9, to[9] + column, add);
        TileStore<TLanes, TVector>.Put(l10, h10, to[10] + column, add);
        TileStore<TLanes, TVector>.Put(l11, h11, to[11] + column, add);
    }

    public static void RowsTimesRows(float* a, nint aStep, float* b, nint bStep, nint rows, float* to, nint toStep, bool add)
    {
        TVector l0 = default, h0 = default, l1 = default, h1 = default, l2 = default, h2 = default;
        TVector l3 = default, h3 = default, l4 = default, h4 = default, l5 = default, h5 = default;
        TVector l6 = default, h6 = default, l7 = default, h7 = default, l8 = default, h8 = default;
        TVector l9 = default, h9 = default, l10 = default, h10 = default, l11 = default, h11 = default;
        for (; rows > 0; rows--)
        {
            TVector low = TLanes.Load(b), high = TLanes.Load(b + TLanes.Count);
            TVector v = TLanes.Broadcast(a[0]);
            l0 = TLanes.MultiplyAdd(v, low, l0);
            h0 = TLanes.MultiplyAdd(v, high, h0);
            v = TLanes.Broadcast(a[1]);
            l1 = TLanes.MultiplyAdd(v, low, l1);
            h1 = TLanes.MultiplyAdd(v, high, h1);
            v = TLanes.Broadcast(a[2]);
            l2 = TLanes.MultiplyAdd(v, low, l2);
            h2 = TLanes.MultiplyAdd(v, high, h2);
            v = TLanes.Broadcast(a[3]);
            l3 = TLanes.MultiplyAdd(v, low, l3);
            h3 = TLanes.MultiplyAdd(v, high, h3);
            v = TLanes.Broadcast(a[4]);
            l4 = TLanes.MultiplyAdd(v, low, l4);
            h4 = TLanes.MultiplyAdd(v, high, h4);
            v = TLanes.Broadcast(a[5]);
            l5 = TLanes.MultiplyAdd(v, low, l5);
            h5 = TLanes.MultiplyAdd(v, high, h5);
            v = TLanes.Broadcast(a[6]);
            l6 = TLanes.MultiplyAdd(v, low, l6);
            h6 = TLanes.MultiplyAdd(v, high, h6);
            v = TLanes.Broadcast(a[7]);
            l7 = TLanes.MultiplyAdd(v, low, l7);
            h7 = TLanes.MultiplyAdd(v, high, h7);
            v = TLanes.Broadcast(a[8]);
            l8 = TLanes.MultiplyAdd(v, low, l8);
            h8 = TLanes.MultiplyAdd(v, high, h8);
            v = TLanes.Broadcast(a[9]);
            l9 = TLanes.MultiplyAdd(v, low, l9);
            h9 = TLanes.MultiplyAdd(v, high, h9);
            v = TLanes.Broadcast(a[10]);
            l10 = TLanes.MultiplyAdd(v, low, l10);
            h10 = TLanes.MultiplyAdd(v, high, h10);
            v = TLanes.Broadcast(a[11]);
            l11 = TLanes.MultiplyAdd(v, low, l11);
            h11 = TLanes.MultiplyAdd(v, high, h11);
            a += aStep;
            b += bStep;
        }

        TileStore<TLanes, TVector>.Put(l0, h0, to, add);
        TileStore<TLanes, TVector>.Put(l1, h1, to + toStep, add);
        TileStore<TLanes, TVector>.Put(l2, h2, to + (2 * toStep), add);
        TileStore<TLanes, TVector>.Put(l3, h3, to + (3 * toStep), add);
        TileStore<TLanes, TVector>.Put(l4, h4, to + (4 * toStep), add);
        TileStore<TLanes, TVector>.Put(l5, h5, to + (5 * toStep), add);
        TileStore<TLanes, TVector>.Put(l6, h6, to + (6 * toStep), add);
        TileStore<TLanes, TVector>.Put(l7, h7, to + (7 * toStep), add);
        TileStore<TLanes, TVector>.Put(l8, h8, to + (8 * toStep), add);
        TileStore<TLanes, TVector>.Put(l9, h9, to + (9 * toStep), add);
        TileStore<TLanes, TVector>.Put(l10, h10, to + (10 * toStep), add);
        TileStore<TLanes, TVector>.Put(l11, h11, to + (11 * toStep), add);
    }

    public static void FourRowsTimesRows(float* a, nint aStep, float* b, nint bStep, nint rows, float* to, nint toStep, bool add) =>
        Tile4<TLanes, TVector>.RowsTimesRows(a, aStep, b, bStep, rows, to, toStep, add);
}
