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

/// <summary>
/// A convolution over rows of a picture: src [B,SrcRows,Columns,SrcChannels], dst [B,DstRows,Columns,DstChannels], one column for a plain signal;
/// tap k of row r reads row r * Stride + k * Dilation - PadBefore.
/// </summary>
public readonly record struct ConvolutionShape(int Batch, int SrcChannels, int DstChannels, int SrcRows, int DstRows, int Columns, int Kernel,
    int Stride, int Dilation, int PadBefore, int PadAfter)
{
    public int Groups { get; init; } = 1;

    /// <summary>Weights are [K,DstChannels,SrcChannels] instead of [K,SrcChannels/Groups,DstChannels]; one group.</summary>
    public bool DstMajorWeights { get; init; }

    public int SrcCount => Batch * SrcRows * Columns * SrcChannels;

    public int DstCount => Batch * DstRows * Columns * DstChannels;

    public int WeightCount => Kernel * (SrcChannels / Groups) * DstChannels;
}
