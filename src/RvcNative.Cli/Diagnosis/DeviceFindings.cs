using System.Globalization;
using RvcNative.Gpu;
using RvcNative.Gpu.Cuda;
using RvcNative.Native.Cublas;
using RvcNative.Native.Cuda;
using RvcNative.Native.Cudnn;
using RvcNative.Native.OpenCl;

namespace RvcNative.Cli.Diagnosis;

/// <summary>Graphics cards and other devices, as --device names them, and the libraries that reach them.</summary>
internal static class DeviceFindings
{
    internal static IEnumerable<Finding> All() => [.. Cuda(), .. OpenCl(), KernelFolder()];

    private static IEnumerable<Finding> Cuda()
    {
        if (CudaDevices.Missing is { } missing)
        {
            yield return new Finding("CUDA driver", FindingState.Missing, missing, "without an NVIDIA card nothing is missing; with one, install its driver");
            yield break;
        }

        IReadOnlyList<CudaDeviceInfo> all = CudaDevices.All(out string? fault);
        if (all.Count == 0) yield return new Finding("CUDA driver", FindingState.Missing, fault ?? "it is installed and finds no card");
        for (int i = 0; i < all.Count; i++) yield return new Finding($"device cuda:{i}", FindingState.Ok, Text($"{all[i].Name}, {all[i].MemoryBytes >> 20} MiB, sm_{all[i].Architecture}"));
        yield return CudaDevices.CompilerMissing is { } compiler
            ? new Finding("NVRTC", FindingState.Missing, compiler, (KernelImages.OfBuild.AreThere ? "the kernels that this build carries take its place; for others, " : "") + "install the CUDA runtime's nvrtc, such as: pip install nvidia-cuda-nvrtc-cu12")
            : new Finding("NVRTC", FindingState.Ok, CudaDevices.CompilerVersion);
        yield return Library("cuBLASLt", CublasLtLibrary.Missing, () => CublasLtLibrary.Version, "nvidia-cublas-cu12");
        yield return Library("cuDNN", CudnnLibrary.Missing, () => CudnnLibrary.Version, "nvidia-cudnn-cu12");
    }

    private static Finding Library(string name, string? missing, Func<string> version, string package) => missing is null
        ? new Finding(name, FindingState.Ok, version())
        : new Finding(name, FindingState.Missing, missing, $"own kernels do without it; for --math library, such as: pip install {package}");

    private static IEnumerable<Finding> OpenCl()
    {
        if (ClDevices.Missing is { } missing)
        {
            yield return new Finding("OpenCL", FindingState.Missing, missing);
            yield break;
        }

        IReadOnlyList<ClDevice> all = ClDevices.All();
        if (all.Count == 0) yield return new Finding("OpenCL", FindingState.Missing, "the loader is installed and finds no device", "install the card's driver with its OpenCL part");
        for (int i = 0; i < all.Count; i++)
        {
            yield return new Finding($"device opencl:{i}", FindingState.Ok,
                Text($"{all[i].Name}, {all[i].Platform}, {all[i].ComputeUnits} compute units, {all[i].MemoryBytes >> 20} MiB{(all[i].HasDouble ? "" : ", no double precision")}"));
        }
    }

    private static Finding KernelFolder() => new("compiled kernels", FindingState.Ok, $"in {KernelCache.OfUser().Folder}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
