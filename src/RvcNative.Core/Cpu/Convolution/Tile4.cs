using System.Runtime.CompilerServices;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>Four rows of two vectors, for what is left of a weight gradient and for groups of four channels.</summary>
internal static unsafe class Tile4<TLanes, TVector> where TLanes : ILanes<TVector> where TVector : unmanaged
{
    internal static void RowsTimesRows(float* a, nint aStep, float* b, nint bStep, nint rows, float* to, nint toStep, bool add)
    {
        TVector l0 = default, h0 = default, l1 = default, h1 = default, l2 = default, h2 = default;
        TVector l3 = default, h3 = default;
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
            a += aStep;
            b += bStep;
        }

        TileStore<TLanes, TVector>.Put(l0, h0, to, add);
        TileStore<TLanes, TVector>.Put(l1, h1, to + toStep, add);
        TileStore<TLanes, TVector>.Put(l2, h2, to + (2 * toStep), add);
        TileStore<TLanes, TVector>.Put(l3, h3, to + (3 * toStep), add);
    }
}

/// <summary>How a row of a tile goes to memory.</summary>
internal static unsafe class TileStore<TLanes, TVector> where TLanes : ILanes<TVector> where TVector : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Put(TVector low, TVector high, float* to, bool add)
    {
        if (add)
        {
            low = TLanes.Add(TLanes.Load(to), low);
            high = TLanes.Add(TLanes.Load(to + TLanes.Count), high);
        }

        TLanes.Store(low, to);
        TLanes.Store(high, to + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Put(TVector first, TVector second, TVector third, TVector fourth, float* to, bool add)
    {
        Put(first, second, to, add);
        Put(third, fourth, to + (2 * TLanes.Count), add);
    }
}
