using RvcNative.Native.Cublas;
using RvcNative.Native.Cudnn;

namespace RvcNative.Gpu.Cuda;

/// <summary>The libraries of NVIDIA's that are installed.</summary>
public static class CudaConvLibraries
{
    /// <summary>Why there is none, or null where there is one.</summary>
    public static string? Missing => CublasLtLibrary.Missing is { } cublas && CudnnLibrary.Missing is { } cudnn ? $"{cublas}; {cudnn}" : null;

    /// <exception cref="InvalidOperationException">A library is there and does not begin.</exception>
    internal static List<ConvLibrary> Open(nint stream)
    {
        List<ConvLibrary> found = [];
        if (CublasLtLibrary.Missing is null) found.Add(new CublasConvLibrary(stream));
        if (CudnnLibrary.Missing is null) found.Add(new CudnnConvLibrary(stream));
        return found;
    }

    /// <summary>An argument's address on a card.</summary>
    internal static nint Address(KernelArgument argument) => argument.Memory is CudaStorage memory ? memory.Address + (nint)(argument.Offset * argument.ElementBytes) : 0;
}
