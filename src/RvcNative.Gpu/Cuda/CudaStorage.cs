using RvcNative.Core;
using RvcNative.Native.Cuda;

namespace RvcNative.Gpu.Cuda;

/// <summary>Linear memory of a card.</summary>
internal sealed class CudaStorage(CudaMemory memory, long bytes) : DeviceStorage(bytes)
{
    internal nint Address => memory.IsClosed
        ? throw new ObjectDisposedException(nameof(CudaStorage), "the memory of this tensor has been freed (its arena grew or was disposed)")
        : memory.Value;

    protected override void Dispose(bool disposing)
    {
        if (disposing) memory.Dispose();
    }
}

internal sealed class CudaProgram(CudaModule module) : DeviceProgram
{
    public override DeviceKernel Kernel(string name, int block)
    {
        CudaException.ThrowUnless(CudaDriver.cuModuleGetFunction(out nint function, module.Value, name), name);
        return new CudaKernel(function, name, block);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) module.Dispose();
    }
}

internal sealed class CudaKernel(nint function, string name, int block) : DeviceKernel(name, block)
{
    internal nint Function => function;
}

/// <summary>A program as a graph.</summary>
internal sealed class CudaRecording(CudaDevice device, CudaGraph graph) : RecordedOps
{
    public override void Replay() => device.Launch(graph);
}
