using System.Runtime.CompilerServices;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Twelve rows of one vector: the tile for up to sixteen channels under AVX-512, of which tiles of two vectors would compute half in vain. Twelve sums hide the latency of a multiply-add.
/// </summary>
internal readonly unsafe struct Tile12By1<TLanes, TVector> : ITileKernel where TLanes : ILanes<TVector> where TVector : unmanaged
{
    public static int Rows => 12;

    public static int Columns => TLanes.Count;

    public static void Copy(float* from, float* to) => TLanes.Store(TLanes.Load(from), to);

    public static void RowsTimesTaps(float** rows, nint next, nint taps, nint first, nint count, float* b, float** to, nint column, bool add)
    {
        TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        TVector s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        for (; taps > 0; taps--)
        {
            float* a0 = rows[0] + first, a1 = rows[1] + first, a2 = rows[2] + first, a3 = rows[3] + first, a4 = rows[4] + first, a5 = rows[5] + first;
            float* a6 = rows[6] + first, a7 = rows[7] + first, a8 = rows[8] + first, a9 = rows[9] + first, a10 = rows[10] + first, a11 = rows[11] + first;
            rows += Rows;
            for (nint c = 0; c < count; c++, b += Columns)
            {
                TVector w = TLanes.Load(b);
                s0 = TLanes.MultiplyAdd(TLanes.Broadcast(a0[c]), w, s0);
                s1 = TLanes.MultiplyAdd(TLanes.Broadcast(a1[c]), w, s1);
                s2 = TLanes.MultiplyAdd(TLanes.Broadcast(a2[c]), w, s2);
                s3 = TLanes.MultiplyAdd(TLanes.Broadcast(a3[c]), w, s3);
                s4 = TLanes.MultiplyAdd(TLanes.Broadcast(a4[c]), w, s4);
                s5 = TLanes.MultiplyAdd(TLanes.Broadcast(a5[c]), w, s5);
                s6 = TLanes.MultiplyAdd(TLanes.Broadcast(a6[c]), w, s6);
                s7 = TLanes.MultiplyAdd(TLanes.Broadcast(a7[c]), w, s7);
                s8 = TLanes.MultiplyAdd(TLanes.Broadcast(a8[c]), w, s8);
                s9 = TLanes.MultiplyAdd(TLanes.Broadcast(a9[c]), w, s9);
                s10 = TLanes.MultiplyAdd(TLanes.Broadcast(a10[c]), w, s10);
                s11 = TLanes.MultiplyAdd(TLanes.Broadcast(a11[c]), w, s11);
            }
        }

        Put(s0, to[0] + column, add);
        Put(s1, to[1] + column, add);
        Put(s2, to[2] + column, add);
        Put(s3, to[3] + column, add);
        Put(s4, to[4] + column, add);
        Put(s5, to[5] + column, add);
        Put(s6, to[6] + column, add);
        Put(s7, to[7] + column, add);
        Put(s8, to[8] + column, add);
        Put(s9, to[9] + column, add);
        Put(s10, to[10] + column, add);
        Put(s11, to[11] + column, add);
    }

    public static void RowsTimesRows(float* a, nint aStep, float* b, nint bStep, nint rows, float* to, nint toStep, bool add)
    {
        TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        TVector s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        for (; rows > 0; rows--, a += aStep, b += bStep)
        {
            TVector w = TLanes.Load(b);
            s0 = TLanes.MultiplyAdd(TLanes.Broadcast(a[0]), w, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Broadcast(a[1]), w, s1);
            s2 = TLanes.MultiplyAdd(TLanes.Broadcast(a[2]), w, s2);
            s3 = TLanes.MultiplyAdd(TLanes.Broadcast(a[3]), w, s3);
            s4 = TLanes.MultiplyAdd(TLanes.Broadcast(a[4]), w, s4);
            s5 = TLanes.MultiplyAdd(TLanes.Broadcast(a[5]), w, s5);
            s6 = TLanes.MultiplyAdd(TLanes.Broadcast(a[6]), w, s6);
            s7 = TLanes.MultiplyAdd(TLanes.Broadcast(a[7]), w, s7);
            s8 = TLanes.MultiplyAdd(TLanes.Broadcast(a[8]), w, s8);
            s9 = TLanes.MultiplyAdd(TLanes.Broadcast(a[9]), w, s9);
            s10 = TLanes.MultiplyAdd(TLanes.Broadcast(a[10]), w, s10);
            s11 = TLanes.MultiplyAdd(TLanes.Broadcast(a[11]), w, s11);
        }

        Put(s0, to, add);
        Put(s1, to + toStep, add);
        Put(s2, to + (2 * toStep), add);
        Put(s3, to + (3 * toStep), add);
        Put(s4, to + (4 * toStep), add);
        Put(s5, to + (5 * toStep), add);
        Put(s6, to + (6 * toStep), add);
        Put(s7, to + (7 * toStep), add);
        Put(s8, to + (8 * toStep), add);
        Put(s9, to + (9 * toStep), add);
        Put(s10, to + (10 * toStep), add);
        Put(s11, to + (11 * toStep), add);
    }

    public static void FourRowsTimesRows(float* a, nint aStep, float* b, nint bStep, nint rows, float* to, nint toStep, bool add)
    {
        TVector s0 = default, s1 = default, s2 = default, s3 = default;
        for (; rows > 0; rows--, a += aStep, b += bStep)
        {
            TVector w = TLanes.Load(b);
            s0 = TLanes.MultiplyAdd(TLanes.Broadcast(a[0]), w, s0);
            s1 = TLanes.MultiplyAdd(TLanes.Broadcast(a[1]), w, s1);
            s2 = TLanes.MultiplyAdd(TLanes.Broadcast(a[2]), w, s2);
            s3 = TLanes.MultiplyAdd(TLanes.Broadcast(a[3]), w, s3);
        }

        Put(s0, to, add);
        Put(s1, to + toStep, add);
        Put(s2, to + (2 * toStep), add);
        Put(s3, to + (3 * toStep), add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TVector sums, float* to, bool add) => TLanes.Store(add ? TLanes.Add(TLanes.Load(to), sums) : sums, to);
}
