namespace RvcNative.Native.OneDnn;

/// <summary>What is computed of dst = convolution(src, weights).</summary>
public enum ConvolutionPass
{
    /// <summary>dst from src and weights.</summary>
    Forward,

    /// <summary>src's gradient from dst's and the weights.</summary>
    BackwardData,

    /// <summary>The weights' gradient from src and dst's gradient.</summary>
    BackwardWeights,
}

/// <summary>In which layouts the primitive works; ours are copied to and from them outside its run.</summary>
public enum ConvolutionFormat
{
    /// <summary>oneDNN's choice for all three tensors (blocked by 8 or 16 channels, as a rule).</summary>
    Any,

    /// <summary>Activations [B,rows,columns,C] as ours are; weights as oneDNN chooses.</summary>
    ChannelsLast,
}

/// <summary>One axis of a convolution: tap k of dst place t reads src place t * Stride + k * Dilation - PadBefore.</summary>
public readonly record struct ConvolutionAxis(int SrcLength, int DstLength, int Kernel, int Stride, int Dilation, int PadBefore, int PadAfter)
{
    /// <summary>An axis along which nothing is summed.</summary>
    public static ConvolutionAxis Of(int length) => new(length, length, 1, 1, 1, 0, 0);
}

/// <summary>A convolution of pictures: src [B,rows,columns,SrcChannels], dst [B,rows,columns,DstChannels]; one column for a plain signal.</summary>
public readonly record struct ConvolutionShape(int Batch, int SrcChannels, int DstChannels, ConvolutionAxis Rows, ConvolutionAxis Columns)
{
    public int Groups { get; init; } = 1;

    /// <summary>Weights are [K,DstChannels,SrcChannels] instead of [K,SrcChannels/Groups,DstChannels]; one group.</summary>
    public bool DstMajorWeights { get; init; }

    public int SrcCount => Batch * Rows.SrcLength * Columns.SrcLength * SrcChannels;

    public int DstCount => Batch * Rows.DstLength * Columns.DstLength * DstChannels;

    public int WeightCount => Rows.Kernel * Columns.Kernel * (SrcChannels / Groups) * DstChannels;
}
