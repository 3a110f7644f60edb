using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RvcNative.Native.Cublas;

/// <summary>cublasLt.h one to one, names verbatim, no logic; CUDA 12 and 13.</summary>
internal static unsafe partial class CublasLt
{
    private const string Library = NativeImports.CublasLt;

    [LibraryImport(Library)] internal static partial CublasStatus cublasLtCreate(out nint handle);
    [LibraryImport(Library)] internal static partial CublasStatus cublasLtDestroy(nint handle);
    [LibraryImport(Library)] internal static partial nuint cublasLtGetVersion();
    [LibraryImport(Library)] internal static partial CublasStatus cublasLtMatmulDescCreate(out nint description, CublasComputeType compute, CudaDataType scale);
    [LibraryImport(Library)] internal static partial CublasStatus cublasLtMatmulDescSetAttribute(nint description, CublasLtMatmulAttribute attribute, void* value, nuint bytes);
    [LibraryImport(Library)] internal static partial CublasStatus cublasLtMatmulDescDestroy(nint description);
    [LibraryImport(Library)] internal static partial CublasStatus cublasLtMatrixLayoutCreate(out nint layout, CudaDataType type, ulong rows, ulong columns, long leading);
    [LibraryImport(Library)] internal static partial CublasStatus cublasLtMatrixLayoutSetAttribute(nint layout, CublasLtLayoutAttribute attribute, void* value, nuint bytes);
    [LibraryImport(Library)] internal static partial CublasStatus cublasLtMatrixLayoutDestroy(nint layout);
    [LibraryImport(Library)] internal static partial CublasStatus cublasLtMatmulPreferenceCreate(out nint preference);
    [LibraryImport(Library)] internal static partial CublasStatus cublasLtMatmulPreferenceSetAttribute(nint preference, CublasLtPreference attribute, void* value, nuint bytes);
    [LibraryImport(Library)] internal static partial CublasStatus cublasLtMatmulPreferenceDestroy(nint preference);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatmulAlgoGetHeuristic(
        nint handle, nint description, nint a, nint b, nint c, nint d, nint preference, int wanted, CublasLtHeuristicResult* results, out int found);

    [LibraryImport(Library)]
    internal static partial CublasStatus cublasLtMatmul(
        nint handle, nint description, void* alpha, nint a, nint aLayout, nint b, nint bLayout, void* beta, nint c, nint cLayout, nint d, nint dLayout, CublasLtAlgorithm* algorithm,
        nint workspace, nuint workspaceBytes, nint stream);
}

/// <summary>cublasStatus_t.</summary>
public enum CublasStatus
{
    Success = 0,
    NotInitialized = 1,
    AllocFailed = 3,
    InvalidValue = 7,
    ArchMismatch = 8,
    MappingError = 11,
    ExecutionFailed = 13,
    InternalError = 14,
    NotSupported = 15,
    LicenseError = 16,
}

/// <summary>cublasComputeType_t: sums in f32, of f32 products or of operands rounded to less.</summary>
internal enum CublasComputeType
{
    F32 = 68,
    F32FastF16 = 74,
    F32FastBf16 = 75,
    F32FastTf32 = 77,
}

/// <summary>cudaDataType_t.</summary>
internal enum CudaDataType
{
    F32 = 0,
}

/// <summary>cublasOperation_t.</summary>
internal enum CublasOperation
{
    None = 0,
    Transpose = 1,
}

/// <summary>cublasLtMatmulDescAttributes_t.</summary>
internal enum CublasLtMatmulAttribute
{
    TransposeA = 3,
    TransposeB = 4,
}

/// <summary>cublasLtMatrixLayoutAttribute_t.</summary>
internal enum CublasLtLayoutAttribute
{
    BatchCount = 5,
    StridedBatchOffset = 6,
}

/// <summary>cublasLtMatmulPreferenceAttributes_t.</summary>
internal enum CublasLtPreference
{
    MaxWorkspaceBytes = 1,
    MinAlignmentABytes = 5,
    MinAlignmentBBytes = 6,
    MinAlignmentCBytes = 7,
    MinAlignmentDBytes = 8,
}

/// <summary>cublasLtMatmulAlgo_t.</summary>
[InlineArray(8)]
internal struct CublasLtAlgorithm
{
    private ulong _first;
}

/// <summary>cublasLtMatmulHeuristicResult_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CublasLtHeuristicResult
{
    internal CublasLtAlgorithm Algorithm;
    internal nuint WorkspaceBytes;
    internal CublasStatus State;
    internal float Waves;
    private int _reserved0, _reserved1, _reserved2, _reserved3;
}
