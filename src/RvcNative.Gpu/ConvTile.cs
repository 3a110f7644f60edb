namespace RvcNative.Gpu;

/// <summary>The convolution kernels for one size of tile.</summary>
internal sealed class ConvTile
{
    /// <summary>Input channels (of a group) that one step of a tile takes.</summary>
    internal const int Depth = 16;

    private readonly KernelSpec[] _sums;   // 2 * flipped + whole

    private ConvTile(int rows, int columns, KernelSpec[] sums, KernelSpec weight) => (Rows, Columns, _sums, Weight) = (rows, columns, sums, weight);

    internal int Rows { get; }

    internal int Columns { get; }

    internal KernelSpec Weight { get; }

    /// <param name="flipped">The data gradient.</param>
    /// <param name="whole">A group's input channels are a multiple of <see cref="Depth"/>.</param>
    internal KernelSpec Sum(bool flipped, bool whole) => _sums[(flipped ? 2 : 0) + (whole ? 1 : 0)];

    /// <param name="rows">Of a tile; columns likewise.</param>
    /// <param name="eachRows">Of one thread; eachColumns likewise.</param>
    internal static ConvTile New(int rows, int columns, int eachRows, int eachColumns)
    {
        string[] sizes = [$"TILE_M={rows}", $"TILE_N={columns}", $"TILE_K={Depth}", $"EACH_M={eachRows}", $"EACH_N={eachColumns}"];
        return new(rows, columns,
            [
                Kernels.New("conv", "conv", sizes), Kernels.New("conv", "conv", [.. sizes, "WHOLE"]),
                Kernels.New("conv", "conv", [.. sizes, "FLIPPED"]), Kernels.New("conv", "conv", [.. sizes, "FLIPPED", "WHOLE"]),
            ],
            Kernels.New("conv", "conv_weight", sizes));
    }
}
