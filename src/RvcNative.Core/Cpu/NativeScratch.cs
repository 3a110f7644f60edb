using System.Runtime.InteropServices;

namespace RvcNative.Core.Cpu;

/// <summary>Uncleared native memory for the length of one call, aligned to 64 bytes; costs the garbage collector nothing.</summary>
internal readonly unsafe ref struct NativeScratch : IDisposable
{
    private readonly void* _memory;

    internal NativeScratch(long bytes) => _memory = NativeMemory.AlignedAlloc((nuint)Math.Max(64, bytes), 64);

    internal T* As<T>() where T : unmanaged => (T*)_memory;

    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
