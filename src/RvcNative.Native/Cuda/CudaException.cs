using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RvcNative.Native.Cuda;

/// <summary>A call into the CUDA driver that failed.</summary>
public sealed class CudaException : NativeCallException
{
    private CudaException(string call, CuResult result, object arguments) : base(call, Describe(result), arguments, Cure(result)) => Result = result;

    public CuResult Result { get; }

    /// <param name="arguments">What the call was about; made into text on failure only.</param>
    /// <param name="call">The call itself, from the source.</param>
    internal static void ThrowUnless(CuResult result, object arguments, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result != CuResult.Success) throw new CudaException(call, result, arguments);
    }

    internal static CudaException Of(string call, CuResult result, object arguments) => new(call, result, arguments);

    private static unsafe string Describe(CuResult result)
    {
        byte* name, text;
        return CudaDriver.cuGetErrorName(result, &name) == CuResult.Success && CudaDriver.cuGetErrorString(result, &text) == CuResult.Success
            ? $"{Marshal.PtrToStringUTF8((nint)name)} ({Marshal.PtrToStringUTF8((nint)text)})"
            : result.ToString();
    }

    private static string Cure(CuResult result) => result switch
    {
        CuResult.OutOfMemory => "the card is out of memory: take a smaller --batch-size, or --recompute (train --plan says what a batch needs)",
        CuResult.NoDevice => "the driver finds no card: nvidia-smi says more",
        CuResult.NoBinaryForGpu or CuResult.UnsupportedPtxVersion => "NVRTC is newer than the driver: install a newer driver, or have RVCNATIVE_CUDA_DIR name the folder of an older NVRTC",
        CuResult.SystemDriverMismatch => "the driver was updated: restart the machine",
        CuResult.LaunchTimeout => "the card also drives a display, which stopped the kernel",
        _ => "",
    };
}
