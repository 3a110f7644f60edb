using System.Runtime.InteropServices;

namespace RvcNative.Native.OneDnn;

/// <summary>dnnl_status_t.</summary>
public enum DnnlStatus
{
    Success,
    OutOfMemory,
    InvalidArguments,
    Unimplemented,
    IteratorEnds,
    RuntimeError,
    NotRequired,
}

internal enum DnnlEngineKind
{
    Cpu = 1,
}

internal enum DnnlDataType
{
    F32 = 3,
}

internal enum DnnlFormatTag
{
    Any = 1,
}

internal enum DnnlPropKind
{
    ForwardTraining = 64,
}

internal enum DnnlAlgorithm
{
    ConvolutionDirect = 1,
}

internal enum DnnlQuery
{
    ImplementationText = 8,
    Src = 129,
    DiffSrc = 130,
    Weights = 131,
    DiffWeights = 132,
    Dst = 133,
    DiffDst = 134,
}

internal enum DnnlArgumentKind
{
    Src = 1,
    Dst = 17,
    Weights = 33,
    DiffSrc = 129,
    DiffDst = 145,
    DiffWeights = 161,
}

/// <summary>dnnl_version_t up to the patch number.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DnnlVersion
{
    internal int Major, Minor, Patch;
}

/// <summary>dnnl_memory_desc_t of 2.x, written and read by oneDNN alone.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct MemoryDescriptor
{
    internal const int Bytes = 696;
}

/// <summary>dnnl_convolution_desc_t of 2.x (5976 bytes), likewise.</summary>
[StructLayout(LayoutKind.Sequential, Size = 8192)]
internal struct ConvolutionDescriptor;

/// <summary>dnnl_exec_arg_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DnnlArgument
{
    internal DnnlArgumentKind Kind;
    internal nint Memory;
}
