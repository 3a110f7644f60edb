using System.Runtime.Intrinsics;

namespace RvcNative.Core.Cpu;

/// <summary>Which vectors this machine has; chosen once, at start.</summary>
internal static class Simd
{
    /// <summary>Floats of the widest hardware vector: 16, 8 or 4 (4 as well where vectors are switched off).</summary>
    internal static int Width { get; } = Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    internal static string Name { get; } = Width switch
    {
        16 => "AVX-512",
        8 => "AVX2",
        _ => Vector128.IsHardwareAccelerated ? "128-bit vectors" : "no vectors",
    };
}
