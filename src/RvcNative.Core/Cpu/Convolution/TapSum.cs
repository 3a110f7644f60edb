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
    /// Lays one channel out with the taps of an axis as channels: those across where a picture has such, which leaves the taps down for
    /// <see cref="OfTapsAsChannels"/> (all of them side by side would be as large as a layer of as many channels), and those down otherwise.
    /// </summary>
    internal readonly TapsAsChannelsJob TapsAsChannels() => Map.Across.IsAlone
        ? new TapsAsChannelsJob { Axis = Map.Down, Outer = Map.Batch, Inner = Map.Across.In, X = X }
        : new TapsAsChannelsJob { Axis = Map.Across, Outer = Map.Batch * Map.Down.In, Inner = 1, X = X };

    /// <summary>
    /// A convolution of one channel as one whose channels are the taps of an axis, which <see cref="TapsAsChannelsJob"/> has laid out:
    /// without taps down a product of frames and a matrix [K,OutChannels].
    /// </summary>
    internal readonly TapSum OfTapsAsChannels(in TapsAsChannelsJob taps) => this with
    {
        Map = Map.Across.IsAlone ? TapMap.Frames(Map.OutFrames) : Map with { Across = AxisMap.Alone(Map.Across.Out) },
        X = taps.Taps,
        InChannels = taps.Axis.Kernel,
        Groups = 1,
        Flipped = false,
    };

    /// <summary>
    /// The products of each frame with all taps, [frames,K], of which <see cref="SumOfTapsJob"/> makes a convolution to one channel.
    /// </summary>
    internal readonly TapSum ProductsWithTaps(float* products, int firstItem, int items)
    {
        int frames = Map.Down.In * Map.Across.In;
        return this with
        {
            Map = TapMap.Frames(items * frames),
            X = X + ((long)firstItem * frames * InChannels),
            Y = products,
            OutChannels = Map.Kernel,
            Groups = 1,
            Flipped = true,
            Accumulate = false,
            Epilogue = default,
        };
    }
}
