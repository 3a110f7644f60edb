namespace RvcNative.Native.OneDnn;

/// <summary>Says a <see cref="ConvolutionShape"/> in oneDNN's terms: three axes (N,C,W) for one column, four (N,C,H,W) for more.</summary>
internal sealed unsafe class ConvolutionDescriptors
{
    private const DnnlAlgorithm Direct = DnnlAlgorithm.ConvolutionDirect;
    private readonly ConvolutionShape _shape;
    private readonly bool _isPicture;
    private MemoryDescriptor _src, _weights, _dst;

    internal ConvolutionDescriptors(ConvolutionShape shape, ConvolutionFormat format)
    {
        _shape = shape;
        _isPicture = shape.Columns > 1;
        PlainSrc = Plain(Activations(shape.SrcChannels, shape.SrcRows), ChannelsLast(shape.SrcChannels, shape.SrcRows));
        PlainDst = Plain(Activations(shape.DstChannels, shape.DstRows), ChannelsLast(shape.DstChannels, shape.DstRows));
        PlainWeights = Plain(WeightAxes(), WeightStrides());
        bool any = format == ConvolutionFormat.Any;
        _src = any ? Any(Activations(shape.SrcChannels, shape.SrcRows)) : PlainSrc;
        _dst = any ? Any(Activations(shape.DstChannels, shape.DstRows)) : PlainDst;
        _weights = Any(WeightAxes());
    }

    /// <summary>The layouts of the caller's arrays.</summary>
    internal MemoryDescriptor PlainSrc { get; }

    internal MemoryDescriptor PlainWeights { get; }

    internal MemoryDescriptor PlainDst { get; }

    internal DnnlPrimitiveDescriptor Forward(DnnlEngine engine)
    {
        ConvolutionDescriptor operation;
        fixed (MemoryDescriptor* src = &_src, weights = &_weights, dst = &_dst)
        fixed (long* strides = Rows(_shape.Stride, 1), dilates = Rows(_shape.Dilation - 1, 0), before = Rows(_shape.PadBefore, 0), after = Rows(_shape.PadAfter, 0))
        {
            DnnlException.ThrowUnless(
                Dnnl.dnnl_dilated_convolution_forward_desc_init(
                    &operation, DnnlPropKind.ForwardTraining, Direct, src, weights, null, dst, strides, dilates, before, after), _shape);
        }

        return Create(engine, &operation, 0);
    }

    internal DnnlPrimitiveDescriptor Backward(DnnlEngine engine, ConvolutionPass pass, DnnlPrimitiveDescriptor forward)
    {
        ConvolutionDescriptor operation;
        fixed (MemoryDescriptor* src = &_src, weights = &_weights, dst = &_dst)
        fixed (long* strides = Rows(_shape.Stride, 1), dilates = Rows(_shape.Dilation - 1, 0), before = Rows(_shape.PadBefore, 0), after = Rows(_shape.PadAfter, 0))
        {
            if (pass == ConvolutionPass.BackwardData)
            {
                DnnlException.ThrowUnless(
                    Dnnl.dnnl_dilated_convolution_backward_data_desc_init(&operation, Direct, src, weights, dst, strides, dilates, before, after), _shape);
            }
            else
            {
                DnnlException.ThrowUnless(
                    Dnnl.dnnl_dilated_convolution_backward_weights_desc_init(
                        &operation, Direct, src, weights, null, dst, strides, dilates, before, after), _shape);
            }
        }

        return Create(engine, &operation, forward.DangerousGetHandle());
    }

    private DnnlPrimitiveDescriptor Create(DnnlEngine engine, ConvolutionDescriptor* operation, nint forwardHint)
    {
        DnnlException.ThrowUnless(Dnnl.dnnl_primitive_desc_create(out DnnlPrimitiveDescriptor descriptor, operation, 0, engine, forwardHint), _shape);
        return descriptor;
    }

    private long[] Rows(int alongRows, int alongColumns) => _isPicture ? [alongRows, alongColumns] : [alongRows];

    private long[] Activations(int channels, int rows) => _isPicture ? [_shape.Batch, channels, rows, _shape.Columns] : [_shape.Batch, channels, rows];

    private long[] ChannelsLast(int channels, int rows)
    {
        long row = (long)_shape.Columns * channels;
        return _isPicture ? [rows * row, 1, row, channels] : [rows * row, 1, row];
    }

    // oneDNN's axes: (G,) out, in, taps (, 1).
    private long[] WeightAxes()
    {
        int groups = _shape.Groups;
        List<long> axes = [_shape.DstChannels / groups, _shape.SrcChannels / groups, _shape.Kernel];
        if (groups > 1) axes.Insert(0, groups);
        if (_isPicture) axes.Add(1);
        return [.. axes];
    }

    private long[] WeightStrides()
    {
        long inputs = _shape.SrcChannels / _shape.Groups, outputs = _shape.DstChannels;
        List<long> strides = _shape.DstMajorWeights ? [inputs, 1, inputs * outputs] : [1, outputs, inputs * outputs];
        if (_shape.Groups > 1) strides.Insert(0, outputs / _shape.Groups);
        if (_isPicture) strides.Add(1);
        return [.. strides];
    }

    private MemoryDescriptor Plain(long[] axes, long[] strides)
    {
        MemoryDescriptor descriptor;
        fixed (long* dims = axes, steps = strides)
        {
            DnnlException.ThrowUnless(Dnnl.dnnl_memory_desc_init_by_strides(&descriptor, axes.Length, dims, DnnlDataType.F32, steps), _shape);
        }

        return descriptor;
    }

    private MemoryDescriptor Any(long[] axes)
    {
        MemoryDescriptor descriptor;
        fixed (long* dims = axes)
        {
            DnnlException.ThrowUnless(Dnnl.dnnl_memory_desc_init_by_tag(&descriptor, axes.Length, dims, DnnlDataType.F32, DnnlFormatTag.Any), _shape);
        }

        return descriptor;
    }
}
