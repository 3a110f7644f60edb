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
        _isPicture = shape.Columns != ConvolutionAxis.Of(1);
        (ConvolutionAxis rows, ConvolutionAxis columns) = (shape.Rows, shape.Columns);
        long[] src = Axes(shape.SrcChannels, rows.SrcLength, columns.SrcLength), dst = Axes(shape.DstChannels, rows.DstLength, columns.DstLength);
        PlainSrc = Plain(src, ChannelsLast(shape.SrcChannels, rows.SrcLength, columns.SrcLength));
        PlainDst = Plain(dst, ChannelsLast(shape.DstChannels, rows.DstLength, columns.DstLength));
        PlainWeights = Plain(WeightAxes(), WeightStrides());
        bool any = format == ConvolutionFormat.Any;
        _src = any ? Any(src) : PlainSrc;
        _dst = any ? Any(dst) : PlainDst;
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
        fixed (long* strides = Each(axis => axis.Stride), dilates = Each(axis => axis.Dilation - 1), before = Each(axis => axis.PadBefore), after = Each(axis => axis.PadAfter))
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
        fixed (long* strides = Each(axis => axis.Stride), dilates = Each(axis => axis.Dilation - 1), before = Each(axis => axis.PadBefore), after = Each(axis => axis.PadAfter))
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

    private long[] Each(Func<ConvolutionAxis, long> value) => _isPicture ? [value(_shape.Rows), value(_shape.Columns)] : [value(_shape.Rows)];

    private long[] Axes(int channels, int rows, int columns) => _isPicture ? [_shape.Batch, channels, rows, columns] : [_shape.Batch, channels, rows];

    private long[] ChannelsLast(int channels, int rows, int columns)
    {
        long row = (long)columns * channels;
        return _isPicture ? [rows * row, 1, row, channels] : [rows * row, 1, row];
    }

    // oneDNN's axes: (G,) out, in, taps down (, taps across).
    private long[] WeightAxes()
    {
        int groups = _shape.Groups;
        List<long> axes = [_shape.DstChannels / groups, _shape.SrcChannels / groups, _shape.Rows.Kernel];
        if (groups > 1) axes.Insert(0, groups);
        if (_isPicture) axes.Add(_shape.Columns.Kernel);
        return [.. axes];
    }

    private long[] WeightStrides()
    {
        long inputs = _shape.SrcChannels / _shape.Groups, outputs = _shape.DstChannels, tap = inputs * outputs, row = tap * _shape.Columns.Kernel;
        List<long> strides = _shape.DstMajorWeights ? [inputs, 1, row] : [1, outputs, row];
        if (_shape.Groups > 1) strides.Insert(0, outputs / _shape.Groups);
        if (_isPicture) strides.Add(tap);
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
