using RvcNative.Native.OpenCl;

namespace RvcNative.Gpu.OpenCl;

/// <summary>A buffer object; OpenCL keeps it until commands that use it have run.</summary>
/// <param name="onFreed">Told once how many bytes are free again.</param>
internal sealed class OpenClStorage(ClMemory memory, long bytes, Action<long> onFreed) : DeviceStorage(bytes)
{
    internal ClMemory Memory => memory.IsClosed
        ? throw new ObjectDisposedException(nameof(OpenClStorage), "the memory of this tensor has been freed (its arena grew or was disposed)")
        : memory;

    protected override void Dispose(bool disposing)
    {
        if (!disposing || memory.IsClosed) return;
        memory.Dispose();
        onFreed(Bytes);
    }
}

internal sealed class OpenClProgram(ClProgram program) : DeviceProgram
{
    private readonly List<ClKernel> _kernels = [];

    public override DeviceKernel Kernel(string name, int block)
    {
        ClKernel kernel = ClKernel.Of(program, name);
        _kernels.Add(kernel);
        return new OpenClKernel(kernel, name, block);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (ClKernel kernel in _kernels) kernel.Dispose();
        program.Dispose();
    }
}

internal sealed class OpenClKernel(ClKernel kernel, string name, int block) : DeviceKernel(name, block)
{
    internal ClKernel Handle => kernel;
}
