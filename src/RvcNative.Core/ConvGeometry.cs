namespace RvcNative.Core;

/// <summary>
/// Where a convolution's taps lie. A tap k of output row t reads input row t*Stride + k*Dilation - PadLeft; a transposed one writes
/// row t*Stride + k*Dilation - PadLeft of its output. With P columns the frames of an item are a [T/P,P] picture, row after row, and the convolution
/// runs down its columns: the (k,1) convolution of a period discriminator on data that is never moved. Taps <see cref="Across"/> make it one in two
/// dimensions; PyTorch's output_padding is a PadRight that is smaller by as much.
/// </summary>
public readonly record struct ConvGeometry(int Kernel, int Stride = 1, int Dilation = 1, int PadLeft = 0, int PadRight = 0)
{
    public int Groups { get; init; } = 1;

    /// <summary>Columns of the input's picture; 1 for a plain signal.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>The same along the rows of the picture.</summary>
    public ConvAxis Across { get; init; } = ConvAxis.None;

    public bool Transposed { get; init; }

    /// <summary>Taps in all; in the weight those of one row follow each other.</summary>
    public int Taps => Kernel * Across.Kernel;

    public ConvAxis Down => new(Kernel, Stride, Dilation, PadLeft, PadRight);

    /// <summary>Columns of the output's picture.</summary>
    public int OutputColumns => Across.OutputLength(Columns, Transposed);

    /// <summary>Stride 1 with as many frames out as in: mainline's get_padding.</summary>
    public static ConvGeometry Same(int kernel, int dilation = 1) => Picture(ConvAxis.Same(kernel, dilation), ConvAxis.None, columns: 1);

    /// <summary>A convolution in two dimensions on pictures of so many columns.</summary>
    public static ConvGeometry Picture(ConvAxis down, ConvAxis across, int columns) =>
        new(down.Kernel, down.Stride, down.Dilation, down.PadLeft, down.PadRight) { Across = across, Columns = columns };

    /// <summary>Frames of the output for <paramref name="frames"/> of the input, both counted over the whole picture.</summary>
    public int OutputFrames(int frames) => OutputColumns * Down.OutputLength(frames / Columns, Transposed);
}

/// <summary>A convolution's taps along one axis, as <see cref="ConvGeometry"/> says of rows.</summary>
public readonly record struct ConvAxis(int Kernel, int Stride = 1, int Dilation = 1, int PadLeft = 0, int PadRight = 0)
{
    /// <summary>Each place by itself.</summary>
    public static ConvAxis None { get; } = new(1);

    /// <summary>Stride 1 with as many places out as in.</summary>
    public static ConvAxis Same(int kernel, int dilation = 1) =>
        new(kernel, 1, dilation, ((kernel * dilation) - dilation) / 2, ((kernel * dilation) - dilation) - (((kernel * dilation) - dilation) / 2));

    internal int OutputLength(int length, bool transposed)
    {
        int reach = (Dilation * (Kernel - 1)) + 1;
        return transposed ? ((length - 1) * Stride) + reach - PadLeft - PadRight : ((length + PadLeft + PadRight - reach) / Stride) + 1;
    }
}
