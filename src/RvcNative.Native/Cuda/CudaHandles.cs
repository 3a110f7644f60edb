using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RvcNative.Native.Cuda;

/// <summary>A card's primary context, current on the thread that opened it.</summary>
internal sealed class CudaContext : SafeHandle
{
    private readonly int _device;

    internal CudaContext(int device, string name) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        _device = device;
        CudaException.ThrowUnless(CudaDriver.cuDevicePrimaryCtxRetain(out handle, device), name);
        MakeCurrent();
    }

    public override bool IsInvalid => handle == 0;

    internal long FreeBytes => CudaDriver.cuMemGetInfo_v2(out nuint free, out _) == CuResult.Success ? (long)free : 0;

    internal void MakeCurrent() => CudaException.ThrowUnless(CudaDriver.cuCtxSetCurrent(handle), "a card's context");

    /// <summary>For the end of a child, perhaps on a finalizer's thread: it keeps the context, even one that was disposed.</summary>
    internal bool TryMakeCurrent() => CudaDriver.cuCtxSetCurrent(handle) == CuResult.Success;

    protected override bool ReleaseHandle() => CudaDriver.cuDevicePrimaryCtxRelease_v2(_device) == CuResult.Success;
}

/// <summary>A child of a context, which closes after its last child.</summary>
internal abstract class CudaHandle : SafeHandle
{
    private readonly CudaContext _context;

    protected CudaHandle(CudaContext context) : base(invalidHandleValue: 0, ownsHandle: true)
    {
        _context = context;
        bool added = false;
        context.DangerousAddRef(ref added);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The handle, for calls that take many.</summary>
    internal nint Value => handle;

    /// <summary>A creation that failed: the context is let go, for nothing is there that could be released.</summary>
    protected void ThrowUnless(CuResult result, object arguments, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result == CuResult.Success) return;
        SetHandleAsInvalid();
        _context.DangerousRelease();
        CudaException.ThrowUnless(result, arguments, call);
    }

    protected abstract CuResult Release();

    protected sealed override bool ReleaseHandle()   // perhaps on the finalizer thread: never throws
    {
        bool released = _context.TryMakeCurrent() && Release() == CuResult.Success;
        _context.DangerousRelease();
        return released;
    }
}

internal sealed class CudaMemory : CudaHandle
{
    internal CudaMemory(CudaContext context, long bytes) : base(context)
    {
        CuResult result = CudaDriver.cuMemAlloc_v2(out handle, (nuint)bytes);
        if (result != CuResult.Success) ThrowUnless(result, $"{bytes:N0} bytes, {context.FreeBytes:N0} free", nameof(CudaDriver.cuMemAlloc_v2));
    }

    protected override CuResult Release() => CudaDriver.cuMemFree_v2(handle);
}

internal sealed class CudaStream : CudaHandle
{
    private const uint NonBlocking = 1;

    internal CudaStream(CudaContext context) : base(context) =>
        ThrowUnless(CudaDriver.cuStreamCreate(out handle, NonBlocking), "one that waits for no other");

    protected override CuResult Release() => CudaDriver.cuStreamDestroy_v2(handle);
}

/// <summary>Memory of the host that a card copies from and to by itself.</summary>
internal sealed class CudaHostMemory : CudaHandle
{
    internal CudaHostMemory(CudaContext context, long bytes) : base(context) =>
        ThrowUnless(CudaDriver.cuMemHostAlloc(out handle, (nuint)bytes, 0), $"{bytes:N0} bytes of pinned memory");

    protected override CuResult Release() => CudaDriver.cuMemFreeHost(handle);
}

internal sealed class CudaEvent : CudaHandle
{
    private const uint WithoutTime = 2;

    internal CudaEvent(CudaContext context) : base(context) => ThrowUnless(CudaDriver.cuEventCreate(out handle, WithoutTime), "one without time");

    protected override CuResult Release() => CudaDriver.cuEventDestroy_v2(handle);
}

/// <summary>A captured graph, ready to be launched.</summary>
internal sealed class CudaGraph : CudaHandle
{
    /// <param name="captured">CUgraph; it is not needed afterwards.</param>
    internal CudaGraph(CudaContext context, nint captured) : base(context) =>
        ThrowUnless(CudaDriver.cuGraphInstantiateWithFlags(out handle, captured, 0), "a captured program");

    protected override CuResult Release() => CudaDriver.cuGraphExecDestroy(handle);
}

internal sealed class CudaModule : CudaHandle
{
    private CudaModule(CudaContext context) : base(context)
    {
    }

    /// <summary>The module of an image (cubin or PTX), or null where the driver does not take it.</summary>
    internal static unsafe CudaModule? Load(CudaContext context, ReadOnlySpan<byte> image, out CuResult result)
    {
        CudaModule module = new(context);
        fixed (byte* first = image) result = CudaDriver.cuModuleLoadData(out module.handle, first);
        if (result == CuResult.Success) return module;
        context.DangerousRelease();
        module.SetHandleAsInvalid();
        return null;
    }

    protected override CuResult Release() => CudaDriver.cuModuleUnload(handle);
}
