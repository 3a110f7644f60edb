namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// What a forward pass and a data gradient have in common: y = or += the sum over taps of x's frames times the tap's weights, then the epilogue.
/// </summary>
internal unsafe struct TapSum
{
    /// <summary>Which frames meet.</summary>
    internal TapMap Map;

    /// <summary>What is read, [B,T,InChannels], and what is written.</summary>
    internal float* X, Y;

    /// <summary>[K,Cin/groups,Cout] whichever side is read.</summary>
    internal float* Weights;
    internal int InChannels, OutChannels, Groups;

    /// <summary>Whether output channels are read and input channels written: a data gradient.</summary>
    internal bool Flipped;
    internal bool Accumulate;
    internal StoreEpilogue Epilogue;

    /// <summary>
    /// A convolution of one channel as a product of frames and a matrix [K,OutChannels]: one whose channels are the taps, which
    /// <see cref="TapsAsChannelsJob"/> lays out.
    /// </summary>
    internal readonly TapSum OfTapsAsChannels(float* taps) => this with
    {
        Map = TapMap.Frames(Map.OutFrames),
        X = taps,
        InChannels = Map.Kernel,
        Groups = 1,
        Flipped = false,
    };

    /// <summary>
    /// The products of each frame with all taps, [frames,K], of which <see cref="SumOfTapsJob"/> makes a convolution to one channel.
    /// </summary>
    internal readonly TapSum ProductsWithTaps(float* products) => this with
    {
        Map = TapMap.Frames(Map.InFrames),
        Y = products,
        OutChannels = Map.Kernel,
        Groups = 1,
        Flipped = true,
        Accumulate = false,
        Epilogue = default,
    };
}
