using System.Runtime.InteropServices;

namespace RvcNative.Native.OneDnn;

/// <summary>
/// One pass of a convolution as a primitive of oneDNN with tensors of its own. All calls come from one thread, on which
/// <see cref="OneDnnLibrary.UseThreads"/> was called.
/// </summary>
public sealed unsafe class OneDnnConvolution : IDisposable
{
    private readonly ConvolutionShape _shape;
    private readonly DnnlEngine _engine = DnnlEngine.OfCpu();
    private readonly DnnlStream _stream;
    private readonly DnnlPrimitive _primitive;
    private readonly Operand _first, _second, _result;

    /// <exception cref="DnnlException">oneDNN refuses the shape.</exception>
    public OneDnnConvolution(ConvolutionShape shape, ConvolutionPass pass, ConvolutionFormat format)
    {
        _shape = shape;
        _stream = DnnlStream.On(_engine);
        ConvolutionDescriptors descriptors = new(shape, format);
        using DnnlPrimitiveDescriptor forward = descriptors.Forward(_engine);
        using DnnlPrimitiveDescriptor? backward = pass == ConvolutionPass.Forward ? null : descriptors.Backward(_engine, pass, forward);
        DnnlPrimitiveDescriptor descriptor = backward ?? forward;
        _primitive = DnnlPrimitive.Of(descriptor, shape);
        Implementation = ImplementationOf(descriptor);
        MemoryDescriptor src = descriptors.PlainSrc, weights = descriptors.PlainWeights, dst = descriptors.PlainDst;
        (_first, _second, _result) = pass switch
        {
            ConvolutionPass.Forward => (
                New(descriptor, src, DnnlQuery.Src, DnnlArgumentKind.Src, shape.SrcCount),
                New(descriptor, weights, DnnlQuery.Weights, DnnlArgumentKind.Weights, shape.WeightCount),
                New(descriptor, dst, DnnlQuery.Dst, DnnlArgumentKind.Dst, shape.DstCount)),
            ConvolutionPass.BackwardData => (
                New(descriptor, dst, DnnlQuery.DiffDst, DnnlArgumentKind.DiffDst, shape.DstCount),
                New(descriptor, weights, DnnlQuery.Weights, DnnlArgumentKind.Weights, shape.WeightCount),
                New(descriptor, src, DnnlQuery.DiffSrc, DnnlArgumentKind.DiffSrc, shape.SrcCount)),
            _ => (
                New(descriptor, src, DnnlQuery.Src, DnnlArgumentKind.Src, shape.SrcCount),
                New(descriptor, dst, DnnlQuery.DiffDst, DnnlArgumentKind.DiffDst, shape.DstCount),
                New(descriptor, weights, DnnlQuery.DiffWeights, DnnlArgumentKind.DiffWeights, shape.WeightCount)),
        };
    }

    /// <summary>oneDNN's name for the kernel that it chose, such as "jit:avx2" or "brgconv:avx512_core".</summary>
    public string Implementation { get; }

    /// <summary>Copies the pass's two inputs: src and weights, dst's gradient and weights, or src and dst's gradient.</summary>
    public void Load(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        CopyIn(first, _first);
        CopyIn(second, _second);
    }

    /// <summary>Computes the pass and waits for it.</summary>
    public void Run() => Execute(_primitive, [_first.Argument, _second.Argument, _result.Argument]);

    /// <summary>Copies the result of the last run.</summary>
    public void Read(Span<float> result)
    {
        Expect(result.Length, _result);
        fixed (float* pointer = result)
        {
            MemoryDescriptor plain = _result.Plain;
            using DnnlMemory ours = DnnlMemory.At((nint)pointer, &plain, _engine, _shape);
            Reorder(_result.Memory, _result.Own, ours, &plain);
        }
    }

    public void Dispose()
    {
        foreach (Operand operand in (ReadOnlySpan<Operand>)[_first, _second, _result])
        {
            operand.Memory.Dispose();
            NativeMemory.Free(operand.Own);
        }

        _primitive.Dispose();
        _stream.Dispose();
        _engine.Dispose();
    }

    private Operand New(DnnlPrimitiveDescriptor descriptor, in MemoryDescriptor plain, DnnlQuery query, DnnlArgumentKind kind, int count)
    {
        // The descriptor queried dies with the primitive's.
        MemoryDescriptor* own = (MemoryDescriptor*)NativeMemory.Alloc((nuint)sizeof(MemoryDescriptor));
        *own = *Dnnl.dnnl_primitive_desc_query_md(descriptor, query, 0);
        DnnlMemory memory = DnnlMemory.New(own, _engine, _shape);
        return new Operand { Memory = memory, Argument = memory.As(kind), Own = own, Plain = plain, Count = count };
    }

    private void CopyIn(ReadOnlySpan<float> values, in Operand to)
    {
        Expect(values.Length, to);
        fixed (float* pointer = values)
        {
            MemoryDescriptor plain = to.Plain;
            using DnnlMemory ours = DnnlMemory.At((nint)pointer, &plain, _engine, _shape);
            Reorder(ours, &plain, to.Memory, to.Own);
        }
    }

    private void Reorder(DnnlMemory from, MemoryDescriptor* fromLayout, DnnlMemory to, MemoryDescriptor* toLayout)
    {
        DnnlException.ThrowUnless(
            Dnnl.dnnl_reorder_primitive_desc_create(out DnnlPrimitiveDescriptor descriptor, fromLayout, _engine, toLayout, _engine, 0), _shape);
        using (descriptor)
        {
            using DnnlPrimitive reorder = DnnlPrimitive.Of(descriptor, _shape);
            Execute(reorder, [from.As(DnnlArgumentKind.Src), to.As(DnnlArgumentKind.Dst)]);
        }
    }

    private void Execute(DnnlPrimitive primitive, ReadOnlySpan<DnnlArgument> arguments)
    {
        fixed (DnnlArgument* pointer = arguments)
        {
            DnnlStatus status = Dnnl.dnnl_primitive_execute(primitive, _stream, arguments.Length, pointer);
            if (status == DnnlStatus.Success) status = Dnnl.dnnl_stream_wait(_stream);
            if (status != DnnlStatus.Success) DnnlException.Throw("dnnl_primitive_execute", status, _shape);
        }
    }

    private void Expect(int count, in Operand operand)
    {
        if (count != operand.Count) throw new ArgumentException($"oneDNN {_shape}: {operand.Argument.Kind} has {operand.Count} elements, {count} came");
    }

    private string ImplementationOf(DnnlPrimitiveDescriptor descriptor)
    {
        byte* text;
        DnnlException.ThrowUnless(Dnnl.dnnl_primitive_desc_query(descriptor, DnnlQuery.ImplementationText, 0, &text), _shape);
        return Marshal.PtrToStringUTF8((nint)text) ?? "";
    }

    private struct Operand
    {
        internal DnnlMemory Memory;
        internal DnnlArgument Argument;
        internal MemoryDescriptor* Own;
        internal MemoryDescriptor Plain;
        internal int Count;
    }
}
