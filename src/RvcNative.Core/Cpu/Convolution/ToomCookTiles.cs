namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// A convolution of stride 1 in Toom-Cook form. Its rows (down the columns of a picture of columns * dilation, which also takes the dilation
/// away) are cut into tiles of m outputs. Kernels longer than a form's r taps become several of r, zeros behind the last tap; with m = r the i-th of
/// them reads the tile that lies i tiles further on, so that for each point there is one convolution of <see cref="Kernels"/> taps over tiles. Taps across a
/// picture stay what they are: at each point the convolution has as many for every kernel.
/// </summary>
internal readonly struct ToomCookTiles
{
    private const int LeastChannels = 64;

    /// <summary>What is mixed of a picture is multiplied with every tap across, so that 32 of its channels pay for it as 128 of a signal do.</summary>
    private const int PictureChannels = 4;

    /// <summary>Products that are left, against the plain sum's, for mixing to pay.</summary>
    private const double MostProducts = 0.8;

    private ToomCookTiles(ToomCookForm form, in ConvGeometry geometry, int batch, int inFrames, int outFrames, int shift)
    {
        (Form, Taps, Batch, InFrames, OutFrames, Shift) = (form, geometry.Kernel, batch, inFrames, outFrames, shift);
        Columns = geometry.Columns * geometry.Dilation;
        Kernels = (Taps + form.Taps - 1) / form.Taps;
        (Across, Before) = (geometry.Across.Kernel, geometry.Across.PadLeft);
        OutTiles = ((((outFrames + Columns - 1) / Columns) + form.Outputs - 1) / form.Outputs) * Columns;
    }

    internal ToomCookForm Form { get; }

    /// <summary>Taps of the convolution, and kernels of the form's taps that they make.</summary>
    internal int Taps { get; }

    internal int Kernels { get; }

    /// <summary>Taps along a row of the picture, and how many of them lie before the column that is written.</summary>
    internal int Across { get; }

    internal int Before { get; }

    /// <summary>Taps of the convolution over tiles that each point has.</summary>
    internal int TapsAtPoint => Kernels * Across;

    /// <summary>Tiles behind a tile that the taps reach.</summary>
    internal int Behind => ((Kernels - 1) * Columns) + Across - 1 - Before;

    internal int Batch { get; }

    /// <summary>Frames of an item that are read, and written.</summary>
    internal int InFrames { get; }

    internal int OutFrames { get; }

    internal int Columns { get; }

    /// <summary>The row that the first tap of row 0 meets.</summary>
    internal int Shift { get; }

    /// <summary>Tiles of an item that are written, over all columns.</summary>
    internal int OutTiles { get; }

    /// <summary>The form of a convolution, or null where the plain sum is as good.</summary>
    internal static ToomCookTiles? OfForward(in ConvGeometry geometry, int batch, int inFrames, int outFrames, int inChannels, int outChannels) =>
        Of(geometry, batch, inFrames, outFrames, inChannels, outChannels, -geometry.PadLeft / geometry.Dilation);

    /// <summary>That of its weight gradient; null for pictures with taps across: of trained networks only the last layer of the resolution discriminators would take it.</summary>
    internal static ToomCookTiles? OfWeights(in ConvGeometry geometry, int batch, int inFrames, int outFrames, int inChannels, int outChannels) =>
        geometry.Across.Kernel > 1 ? null : OfForward(geometry, batch, inFrames, outFrames, inChannels, outChannels);

    /// <summary>That of its data gradient, of dy to dx, where the last tap comes first; null as for the weights.</summary>
    internal static ToomCookTiles? OfBackward(in ConvGeometry geometry, int batch, int dyFrames, int dxFrames, int dyChannels, int dxChannels) =>
        geometry.Across.Kernel > 1 ? null : Of(geometry, batch, dyFrames, dxFrames, dyChannels, dxChannels, (geometry.PadLeft / geometry.Dilation) - geometry.Kernel + 1);

    /// <summary>Rows that a convolution computes together whatever its frames are; 1 for the plain sum.</summary>
    internal static int RowsTogether(in ConvGeometry geometry, int inChannels, int outChannels) =>
        NarrowerOf(geometry, inChannels, outChannels) is { } narrower ? ToomCookForms.RowsTogether(geometry.Kernel, narrower) : 1;

    private static ToomCookTiles? Of(in ConvGeometry geometry, int batch, int inFrames, int outFrames, int inChannels, int outChannels, int shift)
    {
        if (NarrowerOf(geometry, inChannels, outChannels) is not { } narrower) return null;
        if (ToomCookForms.Of(geometry.Kernel, narrower, TileSplit.Ceiling(outFrames, geometry.Columns * geometry.Dilation)) is not { } form) return null;
        ToomCookTiles tiles = new(form, geometry, batch, inFrames, outFrames, shift);
        double products = (double)form.Points * tiles.Kernels * tiles.OutTiles / ((double)outFrames * geometry.Kernel);
        return products <= MostProducts ? tiles : null;
    }

    /// <summary>Channels of the narrower side of a convolution that may have a form, those of a picture by what a signal would need; null for others.</summary>
    private static int? NarrowerOf(in ConvGeometry geometry, int inChannels, int outChannels)
    {
        int across = geometry.Across.Kernel, narrower = Math.Min(inChannels, outChannels) * (across > 1 ? PictureChannels : 1);
        if (geometry is not { Stride: 1, Groups: 1, Transposed: false } || geometry.PadLeft % geometry.Dilation != 0) return null;
        if (across > 1 && (geometry is not { Dilation: 1, Across: { Stride: 1, Dilation: 1 } } || geometry.OutputColumns != geometry.Columns)) return null;
        return narrower < LeastChannels || inChannels % RowMixture.Piece != 0 || outChannels % RowMixture.Piece != 0 ? null : narrower;
    }
}
