namespace RvcNative.Gpu;

/// <summary>The kernels of convolutions with rounded operands (conv_rounded.cu) for one size of tile.</summary>
internal sealed class RoundedTile
{
    /// <summary>What channels of a group, in and out, are a multiple of; also frames that a stretch of a weight gradient is a multiple of.</summary>
    internal const int Depth = 32;

    private const int BlockRows = 16, BlockColumns = 8;

    private RoundedTile(int rows, int columns, KernelSpec forward, KernelSpec flipped, KernelSpec weight) =>
        (Rows, Columns, Forward, Flipped, Weight) = (rows, columns, forward, flipped, weight);

    internal int Rows { get; }

    internal int Columns { get; }

    internal KernelSpec Forward { get; }

    /// <summary>The data gradient.</summary>
    internal KernelSpec Flipped { get; }

    internal KernelSpec Weight { get; }

    /// <param name="warpsDown">Warps of a group of threads, eight in all; blocks are those of a warp.</param>
    internal static RoundedTile New(Precision precision, int warpsDown, int warpsAcross, int blocksDown, int blocksAcross)
    {
        string[] sizes = [$"WARPS_M={warpsDown}", $"WARPS_N={warpsAcross}", $"MMA_M={blocksDown}", $"MMA_N={blocksAcross}", $"FORMAT={(int)precision - 1}"];
        return new(warpsDown * blocksDown * BlockRows, warpsAcross * blocksAcross * BlockColumns,
            Kernels.New("conv_rounded", "conv_rounded", precision, sizes), Kernels.New("conv_rounded", "conv_rounded", precision, [.. sizes, "FLIPPED"]),
            Kernels.New("conv_rounded", "conv_weight_rounded", precision, [.. sizes, "WEIGHTS"]));
    }
}
