using System.Runtime.CompilerServices;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>Six rows of two vectors: twelve sums, two of the weights and one broadcast fill the sixteen registers of AVX2.</summary>
internal readonly unsafe struct Tile6<TLanes, TVector> : ITileKernel where TLanes : ILanes<TVector> where TVector : unmanaged
{
    public static int Rows => 6;

    public static int Columns => 2 * TLanes.Count;

    public static void RowsTimesTaps(float** rows, nint taps, nint first, nint count, float* b, float** to, nint column, bool add)
    {
        TVector l0 = default, h0 = default, l1 = default, h1 = default, l2 = default, h2 = default;
        TVector l3 = default, h3 = default, l4 = default, h4 = default, l5 = default, h5 = default;
        for (; taps > 0; taps--)
        {
            float* a0 = rows[0] + first, a1 = rows[1] + first, a2 = rows[2] + first, a3 = rows[3] + first, a4 = rows[4] + first, a5 = rows[5] + first;
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
            }
        }

        Put(l0, h0, to[0] + column, add);
        Put(l1, h1, to[1] + column, add);
        Put(l2, h2, to[2] + column, add);
        Put(l3, h3, to[3] + column, add);
        Put(l4, h4, to[4] + column, add);
        Put(l5, h5, to[5] + column, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TVector low, TVector high, float* to, bool add)
    {
        if (add)
        {
            low = TLanes.Add(TLanes.Load(to), low);
            high = TLanes.Add(TLanes.Load(to + TLanes.Count), high);
        }

        TLanes.Store(low, to);
        TLanes.Store(high, to + TLanes.Count);
    }
}
