using RvcNative.Core;
using RvcNative.Native.Cublas;

namespace RvcNative.Gpu.Cuda;

/// <summary>
/// Convolutions as matrix products, one for each tap on rows that are so far apart (stride 1, one group, signals): forward y += x[shifted] w[k]; data gradient
/// dx += dy[shifted] w[k]^T; weight gradient dw[k] += x[shifted]^T dy, item by item. cuBLASLt's matrices go column after column, so ours are their transposes.
/// </summary>
internal sealed class CublasConvLibrary(nint stream) : ConvLibrary
{
    private readonly CublasLtHandle _handle = new();

    public override string Name { get; } = CublasLtLibrary.Version;

    public override ConvPlan? Plan(ConvSum sum, Precision precision)
    {
        ConvGeometry geometry = sum.Geometry;
        if (geometry.Transposed || geometry.Groups != 1 || geometry.Stride != 1 || geometry.Columns != 1 || geometry.Across != ConvAxis.None) return null;
        List<TapRows> taps = [.. Enumerable.Range(0, geometry.Kernel).Select(tap => TapRows.Of(sum, tap))];
        if (sum.Pass == ConvPass.WeightGradient) return taps.TrueForAll(tap => tap.Count > 0) ? New(sum, taps, precision) : null;

        // The first product is set and the others added, so it must reach all rows.
        int rows = sum.Pass == ConvPass.Forward ? sum.OutFrames : sum.InFrames, whole = taps.FindIndex(tap => tap.Count == rows);
        if (whole < 0) return null;
        (taps[0], taps[whole]) = (taps[whole], taps[0]);
        taps.RemoveAll(tap => tap.Count == 0);
        return New(sum, taps, precision);
    }

    private CublasConvPlan? New(ConvSum sum, IReadOnlyList<TapRows> taps, Precision precision)
    {
        try
        {
            return new CublasConvPlan(_handle, stream, Name, sum, taps, precision);
        }
        catch (CublasException failure) when (failure.Status == CublasStatus.NotSupported)
        {
            return null;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _handle.Dispose();
    }
}

/// <summary>Rows that a tap brings together: y's from OutFirst on with x's from InFirst on.</summary>
internal readonly record struct TapRows(int Tap, int InFirst, int OutFirst, int Count)
{
    internal static TapRows Of(in ConvSum sum, int tap)
    {
        int shift = (tap * sum.Geometry.Dilation) - sum.Geometry.PadLeft, first = Math.Max(0, -shift), end = Math.Min(sum.OutFrames, sum.InFrames - shift);
        return new TapRows(tap, first + shift, first, Math.Max(0, end - first));
    }
}
