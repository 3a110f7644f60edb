using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RvcNative.Core.Cpu;

/// <summary>Which vectors this machine has, chosen once, at start; and loops over rows of any length.</summary>
internal static unsafe partial class Simd
{
    /// <summary>Floats of the widest hardware vector: 16, 8 or 4 (4 as well where vectors are switched off).</summary>
    internal static int Width { get; } = Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    internal static string Name { get; } = Width switch
    {
        16 => "AVX-512",
        8 => "AVX2",
        _ => Vector128.IsHardwareAccelerated ? "128-bit vectors" : "no vectors",
    };

    /// <summary>Floats that a loop over Vector&lt;float&gt; takes at once.</summary>
    internal static int Step => Vector<float>.Count;

    /// <summary>A vector of the elements from x on; it may read behind a row's end, which all storage allows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Load(float* x) => Unsafe.ReadUnaligned<Vector<float>>(x);

    /// <summary>y = value, but no more than the <paramref name="remaining"/> elements up to the row's end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector<float> value, float* y, int remaining)
    {
        if (remaining >= Vector<float>.Count) Unsafe.WriteUnaligned(y, value);
        else StoreFirst(value, y, remaining);
    }

    /// <summary>y = or += value, up to the row's end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector<float> value, float* y, int remaining, bool accumulate) =>
        Store(accumulate ? Load(y) + value : value, y, remaining);

    /// <summary>The vector's first elements, zeros behind them: for sums over a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> First(Vector<float> value, int remaining) => remaining >= Vector<float>.Count
        ? value
        : Vector.ConditionalSelect(Vector.LessThan(Vector<int>.Indices, new Vector<int>(remaining)), value, Vector<float>.Zero);

    private static void StoreFirst(Vector<float> value, float* y, int count)
    {
        for (int lane = 0; lane < count; lane++) y[lane] = value[lane];
    }
}
