namespace RvcNative.Native.Cublas;

/// <summary>Whether cuBLASLt is installed.</summary>
public static class CublasLtLibrary
{
    /// <summary>Why it cannot be used, or null when it can.</summary>
    public static string? Missing => NativeImports.IsPresent(NativeImports.CublasLt)
        ? null
        : "no cuBLASLt of CUDA 12 or 13 in the system's path, CUDA_PATH, RVCNATIVE_CUDA_DIR or Python's nvidia packages";

    /// <summary>Such as "cuBLASLt 12.8.4"; of a library that is there.</summary>
    public static string Version
    {
        get
        {
            ulong number = CublasLt.cublasLtGetVersion();   // major * 10000 + minor * 100 + patch
            return $"cuBLASLt {number / 10000}.{number / 100 % 100}.{number % 100}";
        }
    }
}
