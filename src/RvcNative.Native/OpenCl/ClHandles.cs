using System.Runtime.InteropServices;

namespace RvcNative.Native.OpenCl;

/// <summary>An object of OpenCL's; each kind has its own release function. OpenCL counts references among them itself.</summary>
internal abstract class ClHandle() : SafeHandle(invalidHandleValue: 0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;
}

internal sealed class ClContext : ClHandle
{
    internal static unsafe ClContext On(nint device, string name)
    {
        ClContext context = OpenCl.clCreateContext(null, 1, &device, 0, 0, out ClStatus status);
        ClException.ThrowUnless(status, name, nameof(OpenCl.clCreateContext));
        return context;
    }

    protected override bool ReleaseHandle() => OpenCl.clReleaseContext(handle) == ClStatus.Success;
}

internal sealed class ClQueue : ClHandle
{
    /// <summary>Commands run one after the other in the order of their calls.</summary>
    internal static ClQueue InOrder(ClContext context, nint device, string name)
    {
        ClQueue queue = OpenCl.clCreateCommandQueue(context, device, ClQueueProperties.InOrder, out ClStatus status);
        ClException.ThrowUnless(status, name, nameof(OpenCl.clCreateCommandQueue));
        return queue;
    }

    protected override bool ReleaseHandle() => OpenCl.clReleaseCommandQueue(handle) == ClStatus.Success;
}

internal sealed class ClMemory : ClHandle
{
    /// <summary>For a kernel's argument, which takes the handle's address.</summary>
    internal nint Value => handle;

    internal static unsafe ClMemory New(ClContext context, long bytes, string device, ClMemoryFlags flags = ClMemoryFlags.ReadWrite)
    {
        ClMemory memory = OpenCl.clCreateBuffer(context, flags, (nuint)bytes, null, out ClStatus status);
        if (status != ClStatus.Success) ClException.Throw(nameof(OpenCl.clCreateBuffer), status, $"{bytes:N0} bytes on {device}");
        return memory;
    }

    protected override bool ReleaseHandle() => OpenCl.clReleaseMemObject(handle) == ClStatus.Success;
}

internal sealed class ClProgram : ClHandle
{
    protected override bool ReleaseHandle() => OpenCl.clReleaseProgram(handle) == ClStatus.Success;
}

internal sealed class ClKernel : ClHandle
{
    internal static ClKernel Of(ClProgram program, string name)
    {
        ClKernel kernel = OpenCl.clCreateKernel(program, name, out ClStatus status);
        if (status != ClStatus.Success) ClException.Throw(nameof(OpenCl.clCreateKernel), status, name);
        return kernel;
    }

    protected override bool ReleaseHandle() => OpenCl.clReleaseKernel(handle) == ClStatus.Success;
}
