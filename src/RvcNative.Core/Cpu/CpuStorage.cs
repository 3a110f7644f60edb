using System.Runtime.InteropServices;

namespace RvcNative.Core.Cpu;

/// <summary>Zeroed native memory, aligned to 64 bytes. A margin on both sides lets kernels read a few vectors past an edge.</summary>
internal sealed unsafe class CpuStorage : Storage
{
    private const int Margin = 256;
    private byte* _memory;

    internal CpuStorage(long bytes) : base(bytes)
    {
        nuint size = (nuint)bytes + (2 * Margin);
        _memory = (byte*)NativeMemory.AlignedAlloc(size, 64);
        NativeMemory.Clear(_memory, size);
        GC.AddMemoryPressure(bytes + (2 * Margin));
    }

    ~CpuStorage() => Dispose(false);

    internal byte* Pointer => _memory != null
        ? _memory + Margin
        : throw new ObjectDisposedException(nameof(CpuStorage), "the memory of this tensor has been freed (its arena grew or was disposed)");

    protected override void Dispose(bool disposing)
    {
        if (_memory == null) return;
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        GC.RemoveMemoryPressure(Bytes + (2 * Margin));
    }
}
