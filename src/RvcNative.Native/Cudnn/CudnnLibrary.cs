namespace RvcNative.Native.Cudnn;

/// <summary>Whether cuDNN is installed.</summary>
public static class CudnnLibrary
{
    private const ulong FirstNinth = 90000;

    /// <summary>Why it cannot be used, or null when it can.</summary>
    public static string? Missing => NativeImports.IsPresent(NativeImports.Cudnn)
        ? null
        : "no cuDNN 9 or 8 in the system's path, CUDA_PATH, RVCNATIVE_CUDA_DIR or Python's nvidia packages";

    /// <summary>Such as "cuDNN 9.1.0"; of a library that is there.</summary>
    public static string Version
    {
        get
        {
            ulong number = Cudnn.cudnnGetVersion(), thousand = number >= FirstNinth ? 10000UL : 1000;   // major * 10000 from 9 on, else * 1000; minor * 100; patch
            return $"cuDNN {number / thousand}.{number % thousand / 100}.{number % 100}";
        }
    }
}
