using System.Runtime.InteropServices;

namespace RvcNative.Native.OneDnn;

/// <summary>dnnl.h of oneDNN 2.x, names verbatim, no logic. In 3.x descriptors are handles and operations have none: another interface.</summary>
internal static unsafe partial class Dnnl
{
    private const string Library = NativeImports.Dnnl;

    [LibraryImport(Library)] internal static partial DnnlVersion* dnnl_version();
    [LibraryImport(Library)] internal static partial DnnlStatus dnnl_engine_create(out DnnlEngine engine, DnnlEngineKind kind, nuint index);
    [LibraryImport(Library)] internal static partial DnnlStatus dnnl_engine_destroy(nint engine);
    [LibraryImport(Library)] internal static partial DnnlStatus dnnl_stream_create(out DnnlStream stream, DnnlEngine engine, uint flags);
    [LibraryImport(Library)] internal static partial DnnlStatus dnnl_stream_wait(DnnlStream stream);
    [LibraryImport(Library)] internal static partial DnnlStatus dnnl_stream_destroy(nint stream);

    [LibraryImport(Library)]
    internal static partial DnnlStatus dnnl_memory_desc_init_by_strides(
        MemoryDescriptor* descriptor, int ndims, long* dims, DnnlDataType dataType, long* strides);

    [LibraryImport(Library)]
    internal static partial DnnlStatus dnnl_memory_desc_init_by_tag(
        MemoryDescriptor* descriptor, int ndims, long* dims, DnnlDataType dataType, DnnlFormatTag tag);

    [LibraryImport(Library)]
    internal static partial DnnlStatus dnnl_memory_create(out DnnlMemory memory, MemoryDescriptor* descriptor, DnnlEngine engine, nint handle);

    [LibraryImport(Library)] internal static partial DnnlStatus dnnl_memory_destroy(nint memory);

    [LibraryImport(Library)]
    internal static partial DnnlStatus dnnl_dilated_convolution_forward_desc_init(
        ConvolutionDescriptor* descriptor, DnnlPropKind propKind, DnnlAlgorithm algorithm, MemoryDescriptor* src, MemoryDescriptor* weights,
        MemoryDescriptor* bias, MemoryDescriptor* dst, long* strides, long* dilates, long* paddingLeft, long* paddingRight);

    [LibraryImport(Library)]
    internal static partial DnnlStatus dnnl_dilated_convolution_backward_data_desc_init(
        ConvolutionDescriptor* descriptor, DnnlAlgorithm algorithm, MemoryDescriptor* diffSrc, MemoryDescriptor* weights, MemoryDescriptor* diffDst,
        long* strides, long* dilates, long* paddingLeft, long* paddingRight);

    [LibraryImport(Library)]
    internal static partial DnnlStatus dnnl_dilated_convolution_backward_weights_desc_init(
        ConvolutionDescriptor* descriptor, DnnlAlgorithm algorithm, MemoryDescriptor* src, MemoryDescriptor* diffWeights, MemoryDescriptor* diffBias,
        MemoryDescriptor* diffDst, long* strides, long* dilates, long* paddingLeft, long* paddingRight);

    [LibraryImport(Library)]
    internal static partial DnnlStatus dnnl_primitive_desc_create(
        out DnnlPrimitiveDescriptor descriptor, ConvolutionDescriptor* operation, nint attributes, DnnlEngine engine, nint forwardHint);

    [LibraryImport(Library)]
    internal static partial DnnlStatus dnnl_reorder_primitive_desc_create(
        out DnnlPrimitiveDescriptor descriptor, MemoryDescriptor* from, DnnlEngine fromEngine, MemoryDescriptor* to, DnnlEngine toEngine, nint attributes);

    [LibraryImport(Library)]
    internal static partial MemoryDescriptor* dnnl_primitive_desc_query_md(DnnlPrimitiveDescriptor descriptor, DnnlQuery what, int index);

    [LibraryImport(Library)]
    internal static partial DnnlStatus dnnl_primitive_desc_query(DnnlPrimitiveDescriptor descriptor, DnnlQuery what, int index, byte** result);

    [LibraryImport(Library)] internal static partial DnnlStatus dnnl_primitive_desc_destroy(nint descriptor);
    [LibraryImport(Library)] internal static partial DnnlStatus dnnl_primitive_create(out DnnlPrimitive primitive, DnnlPrimitiveDescriptor descriptor);

    [LibraryImport(Library)]
    internal static partial DnnlStatus dnnl_primitive_execute(DnnlPrimitive primitive, DnnlStream stream, int count, DnnlArgument* arguments);

    [LibraryImport(Library)] internal static partial DnnlStatus dnnl_primitive_destroy(nint primitive);
}
