using System.Runtime.InteropServices;

namespace RvcNative.Native.OneDnn;

/// <summary>An object of oneDNN's; each kind has its own destroy function. oneDNN counts references among them itself.</summary>
internal abstract class DnnlHandle() : SafeHandle(invalidHandleValue: 0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;
}

internal sealed class DnnlEngine : DnnlHandle
{
    internal static DnnlEngine OfCpu()
    {
        DnnlException.ThrowUnless(Dnnl.dnnl_engine_create(out DnnlEngine engine, DnnlEngineKind.Cpu, 0), "cpu, index 0");
        return engine;
    }

    protected override bool ReleaseHandle() => Dnnl.dnnl_engine_destroy(handle) == DnnlStatus.Success;
}

internal sealed class DnnlStream : DnnlHandle
{
    private const uint InOrder = 1;

    internal static DnnlStream On(DnnlEngine engine)
    {
        DnnlException.ThrowUnless(Dnnl.dnnl_stream_create(out DnnlStream stream, engine, InOrder), "in order");
        return stream;
    }

    protected override bool ReleaseHandle() => Dnnl.dnnl_stream_destroy(handle) == DnnlStatus.Success;
}

internal sealed class DnnlPrimitiveDescriptor : DnnlHandle
{
    protected override bool ReleaseHandle() => Dnnl.dnnl_primitive_desc_destroy(handle) == DnnlStatus.Success;
}

internal sealed class DnnlPrimitive : DnnlHandle
{
    internal static DnnlPrimitive Of(DnnlPrimitiveDescriptor descriptor, object what)
    {
        DnnlException.ThrowUnless(Dnnl.dnnl_primitive_create(out DnnlPrimitive primitive, descriptor), what);
        return primitive;
    }

    protected override bool ReleaseHandle() => Dnnl.dnnl_primitive_destroy(handle) == DnnlStatus.Success;
}

internal sealed class DnnlMemory : DnnlHandle
{
    private const nint Allocate = -1;

    /// <summary>Memory of oneDNN's own.</summary>
    internal static unsafe DnnlMemory New(MemoryDescriptor* descriptor, DnnlEngine engine, object what) => At(Allocate, descriptor, engine, what);

    /// <summary>The caller's memory, which must outlive this.</summary>
    internal static unsafe DnnlMemory At(nint pointer, MemoryDescriptor* descriptor, DnnlEngine engine, object what)
    {
        DnnlException.ThrowUnless(Dnnl.dnnl_memory_create(out DnnlMemory memory, descriptor, engine, pointer), what);
        return memory;
    }

    internal DnnlArgument As(DnnlArgumentKind kind) => new() { Kind = kind, Memory = handle };

    protected override bool ReleaseHandle() => Dnnl.dnnl_memory_destroy(handle) == DnnlStatus.Success;
}
