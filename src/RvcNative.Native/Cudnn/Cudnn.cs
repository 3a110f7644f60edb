using System.Runtime.InteropServices;

namespace RvcNative.Native.Cudnn;

/// <summary>cudnn.h one to one, names verbatim, no logic; what versions 8 and 9 have in common.</summary>
internal static unsafe partial class Cudnn
{
    private const string Library = NativeImports.Cudnn;

    [LibraryImport(Library)] internal static partial nuint cudnnGetVersion();
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnCreate(out nint handle);
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnDestroy(nint handle);
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnSetStream(nint handle, nint stream);
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnCreateTensorDescriptor(out nint tensor);
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnSetTensor4dDescriptor(nint tensor, CudnnFormat format, CudnnDataType type, int n, int c, int h, int w);
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnDestroyTensorDescriptor(nint tensor);
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnCreateFilterDescriptor(out nint filter);
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnSetFilter4dDescriptor(nint filter, CudnnDataType type, CudnnFormat format, int k, int c, int h, int w);
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnDestroyFilterDescriptor(nint filter);
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnCreateConvolutionDescriptor(out nint convolution);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnSetConvolution2dDescriptor(
        nint convolution, int padH, int padW, int strideH, int strideW, int dilationH, int dilationW, CudnnConvolutionMode mode, CudnnDataType compute);

    [LibraryImport(Library)] internal static partial CudnnStatus cudnnSetConvolutionGroupCount(nint convolution, int groups);
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnSetConvolutionMathType(nint convolution, CudnnMathType math);
    [LibraryImport(Library)] internal static partial CudnnStatus cudnnDestroyConvolutionDescriptor(nint convolution);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnGetConvolutionForwardAlgorithm_v7(
        nint handle, nint x, nint w, nint convolution, nint y, int wanted, out int found, CudnnAlgorithm* results);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnGetConvolutionBackwardDataAlgorithm_v7(
        nint handle, nint w, nint dy, nint convolution, nint dx, int wanted, out int found, CudnnAlgorithm* results);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnGetConvolutionBackwardFilterAlgorithm_v7(
        nint handle, nint x, nint dy, nint convolution, nint dw, int wanted, out int found, CudnnAlgorithm* results);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnConvolutionForward(
        nint handle, void* alpha, nint xDescriptor, nint x, nint wDescriptor, nint w, nint convolution, int algorithm, nint workspace, nuint workspaceBytes, void* beta, nint yDescriptor, nint y);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnConvolutionBackwardData(
        nint handle, void* alpha, nint wDescriptor, nint w, nint dyDescriptor, nint dy, nint convolution, int algorithm, nint workspace, nuint workspaceBytes, void* beta, nint dxDescriptor, nint dx);

    [LibraryImport(Library)]
    internal static partial CudnnStatus cudnnConvolutionBackwardFilter(
        nint handle, void* alpha, nint xDescriptor, nint x, nint dyDescriptor, nint dy, nint convolution, int algorithm, nint workspace, nuint workspaceBytes, void* beta, nint dwDescriptor, nint dw);
}

/// <summary>cudnnStatus_t: version 9 has numbers of its own, in classes of a thousand; others print as numbers.</summary>
public enum CudnnStatus
{
    Success = 0,
    NotInitializedIn8 = 1,
    NotSupportedIn8 = 9,
    NotInitialized = 1001,

    /// <summary>The first of a class, whose others say what is not.</summary>
    NotSupported = 3000,
    PastNotSupported = 4000,
}

/// <summary>cudnnTensorFormat_t.</summary>
internal enum CudnnFormat
{
    Nhwc = 1,
}

/// <summary>cudnnDataType_t.</summary>
internal enum CudnnDataType
{
    F32 = 0,
}

/// <summary>cudnnConvolutionMode_t; what deep learning calls a convolution is a cross-correlation.</summary>
internal enum CudnnConvolutionMode
{
    CrossCorrelation = 1,
}

/// <summary>cudnnMathType_t: the default rounds operands to TF32 where the card can.</summary>
internal enum CudnnMathType
{
    Default = 0,
    Fma = 3,
}

/// <summary>cudnnConvolutionFwdAlgoPerf_t and its two sisters, which have the same fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CudnnAlgorithm
{
    internal int Algorithm;
    internal CudnnStatus Status;
    internal float Ms;
    internal nuint WorkspaceBytes;
    internal int IsDeterministic;
    internal CudnnMathType Math;
    private int _reserved0, _reserved1, _reserved2;
}
