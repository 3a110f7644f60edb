using RvcNative.Core;
using RvcNative.Native.Cudnn;

namespace RvcNative.Gpu.Cuda;

/// <summary>Convolutions on [n,h,w,c], which our [B,T,C] and its pictures are as they lie; cuDNN's weights have results first. Transposed ones are left to own kernels.</summary>
internal sealed unsafe class CudnnConvLibrary(nint stream) : ConvLibrary
{
    private const int MostAlgorithms = 16;
    private const long MostWorkspaceBytes = 256 << 20;
    private readonly CudnnHandle _handle = new(stream);

    public override string Name { get; } = CudnnLibrary.Version;

    public override ConvPlan? Plan(ConvSum sum, Precision precision)
    {
        ConvGeometry geometry = sum.Geometry;
        (ConvAxis down, ConvAxis across) = (geometry.Down, geometry.Across);
        (int rows, int columns, int outColumns) = (sum.InFrames / geometry.Columns, geometry.Columns, geometry.OutputColumns);
        int outRows = sum.OutFrames / outColumns;
        if (geometry.Transposed || Length(rows, down) != outRows || Length(columns, across) != outColumns) return null;
        CudnnSum made = new(
            new CudnnTensor(sum.Batch, rows, columns, sum.InChannels), new CudnnFilter(sum.OutChannels, down.Kernel, across.Kernel, sum.InGroup),
            new CudnnTensor(sum.Batch, outRows, outColumns, sum.OutChannels),
            new CudnnConvolution(
                (down.PadLeft, across.PadLeft), (down.Stride, across.Stride), (down.Dilation, across.Dilation), geometry.Groups,
                precision == Precision.F32 ? CudnnMathType.Fma : CudnnMathType.Default));
        if (Advise(sum, made, precision) is { } algorithm)
        {
            if (precision != Precision.F32) made.Convolution.SetMath(algorithm.Math);
            return new CudnnConvPlan(_handle, Name, sum, made, algorithm);
        }

        made.Dispose();
        return null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _handle.Dispose();
    }

    // With as many zeros before as behind, which is what cuDNN has; where ours are fewer behind and the length is the same, those beyond are not reached.
    private static int Length(int length, ConvAxis axis) => ((length + (2 * axis.PadLeft) - (axis.Dilation * (axis.Kernel - 1)) - 1) / axis.Stride) + 1;

    // The first that gives the same bytes in every run, which is the fastest by the library's reckoning.
    private CudnnAlgorithm? Advise(in ConvSum sum, CudnnSum made, Precision precision)
    {
        CudnnAlgorithm* all = stackalloc CudnnAlgorithm[MostAlgorithms];
        int found;
        CudnnStatus status = sum.Pass switch
        {
            ConvPass.Forward => Cudnn.cudnnGetConvolutionForwardAlgorithm_v7(_handle.Value, made.X.Value, made.W.Value, made.Convolution.Value, made.Y.Value, MostAlgorithms, out found, all),
            ConvPass.DataGradient => Cudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7(_handle.Value, made.W.Value, made.Y.Value, made.Convolution.Value, made.X.Value, MostAlgorithms, out found, all),
            _ => Cudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(_handle.Value, made.X.Value, made.Y.Value, made.Convolution.Value, made.W.Value, MostAlgorithms, out found, all),
        };
        if (CudnnException.IsNotSupported(status)) return null;
        CudnnException.ThrowUnless(status, sum, "cudnnGetConvolution…Algorithm_v7");
        for (int i = 0; i < found; i++)
        {
            bool keepsDigits = all[i].Math is CudnnMathType.Default or CudnnMathType.Fma || precision != Precision.F32;
            if (keepsDigits && all[i].Status == CudnnStatus.Success && all[i].IsDeterministic == 1 && (long)all[i].WorkspaceBytes <= MostWorkspaceBytes) return all[i];
        }

        return null;
    }
}

/// <summary>A sum's descriptors.</summary>
internal sealed record CudnnSum(CudnnTensor X, CudnnFilter W, CudnnTensor Y, CudnnConvolution Convolution) : IDisposable
{
    public void Dispose()
    {
        X.Dispose();
        W.Dispose();
        Y.Dispose();
        Convolution.Dispose();
    }
}

/// <summary>A sum with the algorithm that the library advises.</summary>
internal sealed unsafe class CudnnConvPlan(CudnnHandle handle, string library, ConvSum sum, CudnnSum made, CudnnAlgorithm algorithm) : ConvPlan
{
    public override string Library => library;

    public override bool WantsOutputsFirst => true;

    public override long WorkspaceBytes => (long)algorithm.WorkspaceBytes;

    public override void Run(KernelArgument first, KernelArgument second, KernelArgument to, bool accumulate, KernelArgument workspace) => Run(
        CudaConvLibraries.Address(first), CudaConvLibraries.Address(second), CudaConvLibraries.Address(to), accumulate, CudaConvLibraries.Address(workspace));

    /// <summary>As the other, by addresses.</summary>
    internal void Run(nint first, nint second, nint to, bool accumulate, nint workspace)
    {
        float one = 1, beta = accumulate ? 1 : 0;
        (nint x, nint w, nint y, nint convolution) = (made.X.Value, made.W.Value, made.Y.Value, made.Convolution.Value);
        CudnnStatus status = sum.Pass switch
        {
            ConvPass.Forward => Cudnn.cudnnConvolutionForward(
                handle.Value, &one, x, first, w, second, convolution, algorithm.Algorithm, workspace, algorithm.WorkspaceBytes, &beta, y, to),
            ConvPass.DataGradient => Cudnn.cudnnConvolutionBackwardData(
                handle.Value, &one, w, second, y, first, convolution, algorithm.Algorithm, workspace, algorithm.WorkspaceBytes, &beta, x, to),
            _ => Cudnn.cudnnConvolutionBackwardFilter(
                handle.Value, &one, x, first, y, second, convolution, algorithm.Algorithm, workspace, algorithm.WorkspaceBytes, &beta, w, to),
        };
        CudnnException.ThrowUnless(status, sum, $"cudnnConvolution of {sum.Pass}");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) made.Dispose();
    }
}
