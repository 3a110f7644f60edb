using System.Runtime.InteropServices;
using RvcNative.Native.Nvrtc;

namespace RvcNative.Native.Cuda;

/// <summary>What the driver says of one card.</summary>
/// <param name="Handle">CUdevice.</param>
/// <param name="Architecture">Compute capability times ten: 89 is sm_89.</param>
public sealed record CudaDeviceInfo(int Handle, string Name, int Architecture, long MemoryBytes, int DriverVersion);

/// <summary>The cards that the CUDA driver finds, and the compiler for them.</summary>
public static unsafe class CudaDevices
{
    private const int LongestName = 256;

    /// <summary>Why there is no driver, or null when it is there.</summary>
    public static string? Missing => NativeImports.IsPresent(NativeImports.Cuda) ? null : "no CUDA driver (libcuda.so.1, nvcuda.dll)";

    /// <summary>Why kernels cannot be compiled, or null when they can.</summary>
    public static string? CompilerMissing => NativeImports.IsPresent(NativeImports.Nvrtc)
        ? null
        : "no NVRTC of CUDA 12 or 13 in the system's path, CUDA_PATH, RVCNATIVE_CUDA_DIR or Python's nvidia packages";

    public static string CompilerVersion => Nvrtc.Nvrtc.nvrtcVersion(out int major, out int minor) == NvrtcResult.Success ? $"NVRTC {major}.{minor}" : "NVRTC of an unknown version";

    /// <inheritdoc cref="All(out string?)"/>
    public static IReadOnlyList<CudaDeviceInfo> All() => All(out _);

    /// <summary>In the driver's order (CUDA_VISIBLE_DEVICES is its own). None where the driver is missing, does not begin or finds none.</summary>
    /// <param name="fault">Why the driver does not begin, with what to do about it; null where it does.</param>
    public static IReadOnlyList<CudaDeviceInfo> All(out string? fault)
    {
        if ((fault = Missing) is not null) return [];
        CuResult begun = CudaDriver.cuInit(0);
        if (begun != CuResult.Success)
        {
            fault = CudaException.Of(nameof(CudaDriver.cuInit), begun, "the driver").Message;
            return [];
        }

        CudaException.ThrowUnless(CudaDriver.cuDeviceGetCount(out int count), "counting");
        CudaException.ThrowUnless(CudaDriver.cuDriverGetVersion(out int driver), "of the driver");
        List<CudaDeviceInfo> found = [];
        byte* name = stackalloc byte[LongestName];
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            CudaException.ThrowUnless(CudaDriver.cuDeviceGet(out int device, ordinal), ordinal);
            CudaException.ThrowUnless(CudaDriver.cuDeviceGetName(name, LongestName, device), ordinal);
            CudaException.ThrowUnless(CudaDriver.cuDeviceTotalMem_v2(out nuint bytes, device), ordinal);
            CudaException.ThrowUnless(CudaDriver.cuDeviceGetAttribute(out int major, CuDeviceAttribute.ComputeCapabilityMajor, device), ordinal);
            CudaException.ThrowUnless(CudaDriver.cuDeviceGetAttribute(out int minor, CuDeviceAttribute.ComputeCapabilityMinor, device), ordinal);
            found.Add(new(device, Marshal.PtrToStringUTF8((nint)name) ?? "", (10 * major) + minor, (long)bytes, driver));
        }

        return found;
    }
}
