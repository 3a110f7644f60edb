using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>Asks for lines of memory before they are needed, where the processor can be asked; any address is allowed.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Floats of a cache line.</summary>
    internal const int Line = 16;

    /// <summary>Into the first cache: what the next instructions need.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Near(float* from)
    {
        if (Sse.IsSupported) Sse.Prefetch0(from);
    }

    /// <summary>Into the second cache, so that it takes no room from what the first one holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Far(float* from)
    {
        if (Sse.IsSupported) Sse.Prefetch1(from);
    }
}
